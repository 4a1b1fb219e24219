import MammoNet

/// Reads bytes as `mammo weights` does: the file, what it says of itself, the network that it fits, and every value.
@_cdecl("mammo_fuzz_weights")
public func fuzzWeights(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    guard let file = try? WeightsFile(Array(UnsafeBufferPointer(start: bytes, count: count)), path: "fuzz") else {
        return
    }
    for tensor in file.tensors { precondition(file.values(of: tensor).count == tensor.count) }
    _ = file.facts.architecture
    guard let weights = try? ModelWeights(file) else { return }
    for tensor in weights.tensors { precondition(!tensor.name.isEmpty) }
}

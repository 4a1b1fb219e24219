import MammoCompute
import MammoGraph

/// A value for each entry of a network's state dict, or for some of them, on a device: the parameters themselves, their
/// gradients, or an optimizer's moments.
public struct ParameterTensors: Sendable {
    /// The entries, in the order of torchvision's state dict.
    public let entries: [ParameterSpec]
    private let tensors: [String: Tensor]

    /// Tensors of zeros.
    ///
    /// - Parameters:
    ///   - entries: Which entries.
    ///   - device: Where they are to be.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(zerosFor entries: [ParameterSpec], on device: any Device) throws(ComputeError) {
        self.entries = entries
        let made = try device.makeTensors(entries.map(\.count))
        tensors = Dictionary(uniqueKeysWithValues: zip(entries.map(\.name), made))
        try device.clear(all)
    }

    /// Tensors of given values.
    ///
    /// - Parameters:
    ///   - entries: Which entries.
    ///   - device: Where they are to be.
    ///   - values: Gives the values of a name, in torchvision's layout.
    /// - Throws: `ComputeError.outOfMemory`, and what `values` throws.
    public init(
        _ entries: [ParameterSpec], on device: any Device, values: (String) throws -> [Float]
    ) throws {
        self.entries = entries
        var tensors: [String: Tensor] = [:]
        for entry in entries {
            tensors[entry.name] = try device.tensor(try values(entry.name), Shape(channels: entry.count))
        }
        self.tensors = tensors
    }

    /// The tensor of one of the entries.
    ///
    /// - Parameter name: As torchvision has it.
    /// - Returns: Its values, in torchvision's layout.
    public subscript(name: String) -> Tensor {
        guard let tensor = tensors[name] else { preconditionFailure("no tensor for \(name)") }
        return tensor
    }

    /// All tensors, in the entries' order.
    public var all: [Tensor] { entries.map { self[$0.name] } }

    /// The tensors of a segment's entries, nil for those that are not among `entries`.
    func of(_ segment: Segment) -> [Tensor?] { segment.entries.map { tensors[$0.name] } }
}

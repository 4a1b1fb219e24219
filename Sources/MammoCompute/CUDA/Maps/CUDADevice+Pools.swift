import MammoGraph

// Cards have means alone.
extension CUDADevice {
    /// See `MapOperations`.
    package func refusal(of pooling: Pooling) -> String? { unavailable(pooling) }

    private func unavailable(_ pooling: Pooling) -> String {
        "cards do not compute --pool \(pooling.rawValue) yet, expected avg; use --device cpu"
    }

    /// See `MapOperations`.
    package func trainPool(
        _ input: Tensor, _ pooling: Pooling, exponent: Tensor?, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        throw .unavailable(unavailable(pooling))
    }

    /// See `MapOperations`.
    package func poolGradient(
        _ kept: any Activations, exponent: Tensor?, _ gradient: Tensor, addingTo exponentGradient: Tensor?,
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        throw .unavailable(unavailable(exponent == nil ? .maximum : .generalisedMean))
    }
}

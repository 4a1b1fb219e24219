import CKernels
import MammoGraph

// What becomes of an operation's output, and the operations that need no more than those on rows.
extension CPUDevice {
    /// All values are in single precision, so within a segment or beyond it is the same.
    func finished(_ value: Tensor, _ destination: Destination) throws(ComputeError) -> Tensor {
        switch destination {
        case .within, .beyond: return value
        case .added(let tensor, let factors):
            let isWhole = factors.allSatisfy { $0 == 1 }
            return try affine(isWhole ? value : try scaled(value, images: factors), residual: tensor)
        case .accumulated(let tensor): return try affine(value, residual: tensor)
        }
    }

    /// See `MapOperations`.
    package func affine(
        _ input: Tensor, scale: Tensor?, shift: Tensor?, activation: Activation?, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        if case .added(let tensor, let factors) = destination, factors.allSatisfy({ $0 == 1 }) {
            return try affine(input, scale: scale, shift: shift, activation: activation, residual: tensor)
        }
        return try finished(try affine(input, scale: scale, shift: shift, activation: activation), destination)
    }

    /// See `MapOperations`.
    package func activationGradient(
        _ input: Tensor, _ activation: Activation, _ gradient: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        affineGradient(input, scale: nil, shift: nil, activation, gradient)
        return try finished(gradient, destination)
    }

    /// See `MapOperations`.
    package func gated(
        _ input: Tensor, by factors: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor { try finished(try scaled(input, by: factors), destination) }

    /// See `MapOperations`.
    package func gateGradient(
        _ gradient: Tensor, factors: Tensor, means: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        // Each position has its share of the mean's gradient.
        let positions = Float(gradient.shape.rows * gradient.shape.columns)
        let values = means.host
        for place in 0..<means.shape.count { values[place] /= positions }
        return try finished(try scaled(gradient, by: factors, adding: means), destination)
    }

    /// See `MapOperations`.
    package func multiplied(
        _ input: Tensor, by factors: [Float], to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        let (source, out) = (input.host, output.host)
        for place in factors.indices { out[place] = source[place] * factors[place] }
        return try finished(output, destination)
    }

    /// See `MapOperations`.
    package func branchGradient(_ gradient: Tensor, factors: [Float]) throws(ComputeError) -> Tensor {
        try scaled(gradient, images: factors)
    }
}

import CCUDA
import MammoGraph

/// What a maximum keeps: for each value the position that it comes from, within its image.
private final class CUDAMaxima: Activations {
    let shape: Shape
    let places: CUDAMemory?

    init(_ shape: Shape, _ places: CUDAMemory?) { (self.shape, self.places) = (shape, places) }
}

/// What a generalised mean keeps: its input, the means and their derivatives by the exponent.
private final class CUDAMeans: Activations {
    let (input, means, slopes): (Tensor, Tensor, Tensor?)

    init(_ input: Tensor, _ means: Tensor, _ slopes: Tensor?) {
        (self.input, self.means, self.slopes) = (input, means, slopes)
    }
}

extension CUDAMemory {
    /// Positions.
    fileprivate var places: UnsafeMutablePointer<Int32> { base.assumingMemoryBound(to: Int32.self) }
}

// The largest value and the generalised mean. Means are in CUDADevice+Layers.
extension CUDADevice {
    private func pooled(_ input: Tensor) throws(ComputeError) -> Tensor {
        try makeTensor(Shape(images: input.shape.images, channels: input.shape.channels))
    }

    /// The largest value of each channel over an image's positions, NaN where one is.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C, with at least one position.
    ///   - places: N×C values of 32 bits for the positions that the values come from; nil: they are not wanted.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError`.
    func maxima(_ input: Tensor, places: CUDAMemory? = nil) throws(ComputeError) -> Tensor {
        let (output, rows) = (try pooled(input), input.cardRows)
        try context.call { table, handle in
            table.maxima(handle, rows.base, rows.type, output.card, places?.places, input.shape.card)
        }
        return output
    }

    /// The generalised mean of each channel over an image's positions: see `Pooling`.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C, with at least one position.
    ///   - exponent: One value, not 0.
    ///   - slopes: N×C, for the means' derivatives by the exponent; nil: they are not wanted.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError`.
    func generalisedMeans(
        _ input: Tensor, exponent: Tensor, slopes: Tensor? = nil
    ) throws(ComputeError) -> Tensor {
        let (output, rows) = (try pooled(input), input.cardRows)
        try context.call { table, handle in
            table.generalised_mean(
                handle, rows.base, rows.type, exponent.card, Pooling.epsilon, output.card, slopes?.card,
                input.shape.card)
        }
        return output
    }

    /// See `MapOperations`.
    package func trainPool(
        _ input: Tensor, exponent: Tensor?, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        guard let exponent else {
            let bytes = 4 * input.shape.images * input.shape.channels
            let places = keeps ? try CUDAMemory(bytes: bytes, in: context) : nil
            return (try maxima(input, places: places), CUDAMaxima(input.shape, places))
        }
        let slopes = keeps ? try pooled(input) : nil
        let means = try generalisedMeans(input, exponent: exponent, slopes: slopes)
        return (means, CUDAMeans(input, means, slopes))
    }

    /// See `MapOperations`.
    package func poolGradient(
        _ kept: any Activations, exponent: Tensor?, _ gradient: Tensor, addingTo exponentGradient: Tensor?,
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        let gradient = try single(gradient)
        if let kept = kept as? CUDAMaxima {
            guard needsInput else { return nil }
            let result = try makeTensor(kept.shape)
            try context.call { table, handle in
                table.maxima_gradient(handle, gradient.card, kept.places?.places, result.card, kept.shape.card)
            }
            return result
        }
        guard let kept = kept as? CUDAMeans, let slopes = kept.slopes, let exponent else {
            preconditionFailure("activations of another layer")
        }
        let (result, rows) = (needsInput ? try makeTensor(kept.input.shape) : nil, kept.input.cardRows)
        try context.call { table, handle in
            table.generalised_mean_gradient(
                handle, rows.base, rows.type, exponent.card, Pooling.epsilon, kept.means.card, slopes.card,
                gradient.card, result?.card, exponentGradient?.card, kept.input.shape.card)
        }
        return result
    }
}

import MammoGraph

extension Convolution {
    /// The output's shape.
    ///
    /// - Parameter input: N×H×W×inputs.
    /// - Returns: The shape of the convolution's output.
    func shape(of input: Shape) -> Shape {
        Shape(
            images: input.images, rows: outputs(along: input.rows), columns: outputs(along: input.columns),
            channels: outputs)
    }

    /// The values of the input that make one output of a dense convolution.
    var patchValues: Int { kernel * kernel * inputs }
}

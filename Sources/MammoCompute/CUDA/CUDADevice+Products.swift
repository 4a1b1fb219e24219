import CCUDA

// Products with what comes after them in one call: the plugin computes both in one kernel where it has one, and the product is
// written only where it is kept.
extension CUDADevice {
    /// A product's description for the plugin: a · b.
    ///
    /// - Parameters:
    ///   - a: rows × depth, as it is read.
    ///   - b: depth × columns, as it is read.
    ///   - rows: Of the result.
    ///   - columns: Of the result.
    ///   - depth: Of the sums.
    ///   - out: rows × columns; nil where the result is not kept, and then has the operands' precision.
    /// - Returns: What the plugin's functions are given.
    func product(
        of a: CUDAOperand, _ b: CUDAOperand, rows: Int, columns: Int, depth: Int, into out: CUDAOperand?
    ) -> mammo_cuda_product {
        precondition(a.type == b.type, "operands of one precision")
        var product = mammo_cuda_product()
        (product.rows, product.columns, product.depth) = (Int64(rows), Int64(columns), Int64(depth))
        (product.a, product.b, product.out) = (UnsafeRawPointer(a.base), UnsafeRawPointer(b.base), out?.base)
        (product.a_stride, product.b_stride) = (Int64(a.stride), Int64(b.stride))
        product.out_stride = Int64(out?.stride ?? columns)
        (product.a_transposed, product.b_transposed) = (a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0)
        (product.type, product.out_type) = (a.type, out?.type ?? a.type)
        product.alpha = 1
        product.tf32 = products.tf32 && a.type == mammo_cuda_fp32 ? 1 : 0
        return product
    }

    /// Rows times weights of outputs × inputs.
    private func product(_ input: CUDARows, _ weights: CUDARows, into out: CUDARows?) -> mammo_cuda_product {
        product(
            of: input.operand, weights.operand.transposed, rows: input.rows, columns: weights.rows,
            depth: weights.channels, into: out?.operand)
    }

    /// GELU of rows times weights with their bias.
    ///
    /// - Parameters:
    ///   - input: Rows of as many values as the weights have inputs.
    ///   - weights: outputs × inputs.
    ///   - bias: One for each output.
    ///   - hidden: Where the product is kept, without its bias; nil: nowhere.
    ///   - activated: Where the result goes; not `hidden`.
    /// - Throws: `ComputeError`.
    func multiplyGELU(
        _ input: CUDARows, _ weights: CUDARows, bias: Tensor, keeping hidden: CUDARows?, into activated: CUDARows
    ) throws(ComputeError) {
        var product = product(input, weights, into: hidden)
        try context.call { table, handle in table.product_gelu(handle, &product, bias.card, activated.base) }
    }

    /// The gradient of what GELU made of `hidden`, and GELU's results again, in place of it.
    ///
    /// - Parameters:
    ///   - gradient: Of the product after GELU: rows of its outputs.
    ///   - weights: Of that product, outputs × inputs.
    ///   - hidden: Rows of inputs before GELU, without their bias; GELU of them, with it, takes their place.
    ///   - bias: One for each input.
    ///   - out: The gradient, of the shape of `hidden`.
    ///   - biasGradient: Takes up the sums of the gradient's rows.
    /// - Throws: `ComputeError`.
    func multiplyGELUGradient(
        _ gradient: CUDARows, _ weights: CUDARows, hidden: CUDARows, bias: Tensor, into out: CUDARows,
        biasGradient: Tensor
    ) throws(ComputeError) {
        var product = product(
            of: gradient.operand, weights.operand, rows: gradient.rows, columns: weights.channels, depth: weights.rows,
            into: out.operand)
        try context.call { table, handle in
            table.product_gelu_gradient(
                handle, &product, hidden.base, bias.card, hidden.base, biasGradient.card)
        }
    }

    /// out = stream + factor · scale · (rows times weights + bias), for the images of the rows.
    ///
    /// - Parameters:
    ///   - input: Rows of the images' positions.
    ///   - weights: outputs × inputs.
    ///   - bias: One for each output.
    ///   - branch: Where the product is kept, without its bias; nil: nowhere.
    ///   - scale: One for each output.
    ///   - factor: Of all values.
    ///   - images: Which of the stream's images the rows are of.
    ///   - stream: What is added to.
    ///   - out: May be `stream`; its other images are not written.
    /// - Throws: `ComputeError`.
    func multiplyResidual(
        _ input: CUDARows, _ weights: CUDARows, bias: Tensor, keeping branch: CUDARows?, scale: Tensor, factor: Float,
        images: CUDAImages, to stream: Tensor, into out: Tensor
    ) throws(ComputeError) {
        var product = product(input, weights, into: branch)
        let shape = images.shape(of: stream.shape)
        try context.call { table, handle in
            table.product_residual(
                handle, &product, stream.card, images.numbers, bias.card, scale.card, factor, out.card, shape.card)
        }
    }

    /// Rows times weights with their bias, in single precision.
    ///
    /// - Parameters:
    ///   - input: Rows of as many values as the weights have inputs.
    ///   - weights: outputs × inputs.
    ///   - bias: One for each output.
    ///   - shape: The result's, whose positions are the rows.
    /// - Returns: The result.
    /// - Throws: `ComputeError`.
    func multiply(
        _ input: CUDARows, _ weights: CUDARows, bias: Tensor, shape: Shape
    ) throws(ComputeError) -> Tensor {
        let target = MapTarget(output: try makeTensor(shape))
        var affine = mammo_cuda_affine()
        affine.shift = UnsafePointer(bias.card)
        affine = target.described(affine, shape: shape)
        var product = product(input, weights, into: nil)
        product.out_type = mammo_cuda_fp32
        try context.call { table, handle in table.product_affine(handle, &product, &affine) }
        return target.output
    }
}

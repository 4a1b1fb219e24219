import CKernels
import MammoGraph

/// The weights of a convolution of 3×3 for Winograd's method: 16 products in place of 36 for 2×2 outputs.
struct WinogradWeights: Sendable {
    /// One product for each place of a transformed tile.
    let products: [PackedMatrix]
    /// One value for each output.
    let bias: Tensor

    /// With fewer inputs the transforms take longer than the products save.
    private static let leastInputs = 32

    /// A convolution's weights; nil where the method does not apply or gains nothing.
    ///
    /// - Parameters:
    ///   - convolution: A dense one.
    ///   - device: Whose kernels compute it.
    /// - Throws: `ComputeError.outOfMemory`.
    init?(_ convolution: FoldedConvolution, on device: CPUDevice) throws(ComputeError) {
        let extents = convolution.extents
        guard (extents.kernel, extents.stride, extents.padding, extents.groups) == (3, 1, 1, 1),
            extents.inputs >= Self.leastInputs, extents.outputs >= Self.leastInputs, convolution.activation != .gelu
        else { return nil }
        // G g Gᵀ for each pair of an output and an input.
        let rows: [[Double]] = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
        let pairs = extents.outputs * extents.inputs
        var products: [PackedMatrix] = []
        for place in 0..<16 {
            let factors = (0..<9).map { rows[place / 4][$0 / 3] * rows[place % 4][$0 % 3] }
            var values = [Float](repeating: 0, count: pairs)
            for pair in 0..<pairs {
                var sum = 0.0
                for tap in 0..<9 { sum += factors[tap] * Double(convolution.weights[pair * 9 + tap]) }
                values[pair] = Float(sum)
            }
            products.append(
                try PackedMatrix(
                    LinearWeights(
                        inputs: extents.inputs, outputs: extents.outputs, values: values,
                        bias: [Float](repeating: 0, count: extents.outputs)),
                    panelColumns: device.kernels.table.pointee.panel_columns))
        }
        self.products = products
        bias = try device.vector(convolution.bias)
    }
}

// Convolutions of 3×3 by Winograd's method: tiles of 4×4 inputs are transformed, multiplied place by place, and transformed
// back to 2×2 outputs, for some rows of tiles at a time, so that nothing but input and output leaves the cache.
extension CPUDevice {
    /// Tiles of a product: several rows of them in a narrow image.
    private static let tilesAtATime = 64
    /// Products that a thread holds.
    private static let mostProducts = 96 << 10

    /// The convolution, and a projection of what it gives.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - weights: The convolution's.
    ///   - activation: Of the sums.
    ///   - projection: A product with the result.
    ///   - residual: Added at the end: to the projection's sums times their scale, or to the activation's result.
    /// - Returns: The output.
    /// - Throws: `ComputeError.outOfMemory`.
    func winograd(
        _ input: Tensor, _ weights: WinogradWeights, _ activation: Activation?, projection: PackedMatrix?,
        residual: Tensor?
    ) throws(ComputeError) -> Tensor {
        let outputs = weights.bias.shape.count
        let output = try makeTensor(input.shape.with(channels: projection?.outputs ?? outputs))
        let work = WinogradWork(
            device: self, input: input, output: output, weights: weights, activation: activation,
            projection: projection, residual: residual, tileColumns: (input.shape.columns + 1) / 2,
            tileRows: max(
                1, min(Self.tilesAtATime / max((input.shape.columns + 1) / 2, 1), (input.shape.rows + 1) / 2)),
            mostProducts: Self.mostProducts)
        let parts = (input.shape.rows + 2 * work.tileRows - 1) / (2 * work.tileRows)
        parallelRanges(
            input.shape.images * parts, threads: threads, grain: 1, scratch: scratch(work.scratch)
        ) { range, memory in
            for task in range {
                let (image, part) = task.quotientAndRemainder(dividingBy: parts)
                work.compute(image: image, row: part * 2 * work.tileRows, memory)
            }
        }
        return output
    }
}

/// Some rows of tiles of one convolution.
private struct WinogradWork: Sendable {
    let device: CPUDevice
    let (input, output): (Tensor, Tensor)
    let weights: WinogradWeights
    let activation: Activation?
    let projection: PackedMatrix?
    let residual: Tensor?
    /// Tiles of a row, and rows that are computed together.
    let (tileColumns, tileRows): (Int, Int)
    let mostProducts: Int

    private var outputs: Int { weights.bias.shape.count }
    private var tiles: Int { tileColumns * tileRows }
    /// Floats of a padded row.
    private var width: Int { (2 * tileColumns + 2) * input.shape.channels }
    private var padded: Int { (2 * tileRows + 2) * width }
    private var transformed: Int { 16 * tiles * input.shape.channels }
    /// Outputs whose products are held: whole panels.
    private var columns: Int {
        let panel = weights.products[0].panelColumns
        return min(outputs, max(1, mostProducts / (16 * tiles) / panel) * panel)
    }
    private var hidden: Int { projection == nil ? 0 : 2 * tileRows * input.shape.columns * outputs }

    /// Floats that a thread needs.
    var scratch: Int { padded + transformed + 16 * tiles * columns + hidden }

    /// The outputs from a row on.
    func compute(image: Int, row: Int, _ memory: UnsafeMutablePointer<Float>) {
        let (shape, channels) = (input.shape, input.shape.channels)
        let rows = min(2 * tileRows, shape.rows - row)
        let (inputs, products) = (memory + padded, memory + padded + transformed)
        let place = (image * shape.rows + row) * shape.columns
        let sums = projection == nil ? output.host + place * outputs : products + 16 * tiles * columns
        for line in 0..<2 * tileRows + 2 {
            device.copy(
                input, image, row: row - 1 + line, padding: 1, to: memory + line * width, width: width)
        }
        for tileRow in 0..<tileRows {
            var call = ckernels_winograd_input(
                image: memory + 2 * tileRow * width, row_stride: width, tiles: tileColumns, channels: channels,
                out: inputs + tileRow * tileColumns * channels, plane_stride: tiles * channels)
            device.kernels.table.pointee.winograd_input(&call)
        }
        for first in stride(from: 0, to: outputs, by: columns) {
            let some = first..<min(first + columns, outputs)
            for (plane, matrix) in weights.products.enumerated() {
                var product = matrix.product(
                    rows: inputs + plane * tiles * channels, stride: channels, count: tiles,
                    out: products + plane * tiles * some.count, outStride: some.count)
                product.select(columns: some, of: matrix)
                device.kernels.table.pointee.product(&product)
            }
            for tileRow in 0..<(rows + 1) / 2 {
                var call = ckernels_winograd_output(
                    products: products + tileRow * tileColumns * some.count, product_stride: some.count,
                    plane_stride: tiles * some.count, channels: some.count, bias: weights.bias.host + first,
                    activation: activation.kernel, rows: min(2, rows - 2 * tileRow), columns: shape.columns,
                    out: sums + 2 * tileRow * shape.columns * outputs + first, row_stride: shape.columns * outputs,
                    out_stride: outputs)
                device.kernels.table.pointee.winograd_output(&call)
            }
        }
        finish(sums, place, rows * shape.columns)
    }

    /// The projection, and the residual.
    private func finish(_ sums: UnsafeMutablePointer<Float>, _ place: Int, _ count: Int) {
        if let projection {
            var product = projection.product(
                rows: sums, stride: outputs, count: count, out: output.host + place * projection.outputs,
                outStride: projection.outputs)
            device.finish(&product, nil, residual.map { $0.host + place * projection.outputs })
        } else if let residual {
            var call = ckernels_row_affine(
                rows: sums, row_stride: outputs, row_count: count, channels: outputs, scale: nil, shift: nil,
                activation: ckernels_activation_none, residual: residual.host + place * outputs,
                residual_stride: outputs, out: sums, out_stride: outputs)
            device.kernels.table.pointee.affine(&call)
        }
    }
}

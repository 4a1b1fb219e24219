import CKernels

/// Rows of values in a tensor, for a kernel that walks down them.
struct RowsOfTensor {
    let tensor: Tensor
    /// Values before the first row's first.
    var offset = 0
    /// Values from one row to the next.
    let stride: Int

    var base: UnsafeMutablePointer<Float> { tensor.host + offset }
}

// Sums over positions of products of two rows' values: gradients of weights. The work is split over what is summed up to,
// never over what is summed, so that each sum is added up in one order by one thread.
extension CPUDevice {
    /// Positions whose panel stays in the first level cache.
    private static let depth = 256
    /// Rows of the result that a thread takes at a time, at most.
    private static let rowsAtATime = 448
    /// Panels that a thread takes at a time, at most.
    private static let panelsAtATime = 4

    /// out[i][j] += Σ left[p][i] · right[p][j] over some positions.
    ///
    /// - Parameters:
    ///   - left: positions × rows.
    ///   - rows: Values of a row on the left that take part.
    ///   - right: positions × columns.
    ///   - columns: Values of a row on the right that take part.
    ///   - positions: How many.
    ///   - out: rows × columns.
    ///   - begins: Whether the sums begin at zero, whatever `out` holds.
    func addOuter(
        _ left: RowsOfTensor, rows: Int, _ right: RowsOfTensor, columns: Int, positions: Int, to out: Tensor,
        begins: Bool
    ) {
        let width = kernels.table.pointee.panel_columns
        let panels = (columns + width - 1) / width
        let groups = (rows + Self.rowsAtATime - 1) / Self.rowsAtATime
        // Several panels for each time that the left is read, as far as all threads have work.
        let together = max(1, min(Self.panelsAtATime, panels * groups / (4 * threads)))
        let parts = (panels + together - 1) / together
        parallelRanges(
            parts * groups, threads: threads, grain: 1, scratch: scratch(Self.depth * width)
        ) { range, packed in
            for task in range {
                let (group, part) = task.quotientAndRemainder(dividingBy: parts)
                let firstRow = group * Self.rowsAtATime
                for first in stride(from: 0, to: positions, by: Self.depth) {
                    let depth = min(Self.depth, positions - first)
                    for panel in part * together..<min((part + 1) * together, panels) {
                        let firstColumn = panel * width
                        let count = min(width, columns - firstColumn)
                        for k in 0..<depth {
                            let source = right.base + (first + k) * right.stride + firstColumn
                            (packed + k * width).update(from: source, count: count)
                        }
                        var call = ckernels_outer(
                            left: left.base + first * left.stride + firstRow, left_stride: left.stride, panel: packed,
                            depth: depth, rows: min(Self.rowsAtATime, rows - firstRow), columns: count,
                            out: out.host + firstRow * columns + firstColumn, out_stride: columns,
                            begins: begins && first == 0)
                        kernels.table.pointee.outer(&call)
                    }
                }
            }
        }
    }

    /// The same with `right` in panels already, each of `panelPositions` rows.
    func addOuter(
        _ left: RowsOfTensor, rows: Int, panels right: Tensor, panelPositions: Int, columns: Int, positions: Int,
        to out: Tensor, begins: Bool
    ) {
        let width = kernels.table.pointee.panel_columns
        parallelRanges((columns + width - 1) / width, threads: threads, grain: 1) { range, _ in
            for panel in range {
                let source = right.host + panel * panelPositions * width
                for first in stride(from: 0, to: positions, by: Self.depth) {
                    var call = ckernels_outer(
                        left: left.base + first * left.stride, left_stride: left.stride, panel: source + first * width,
                        depth: min(Self.depth, positions - first), rows: rows,
                        columns: min(width, columns - panel * width), out: out.host + panel * width,
                        out_stride: columns, begins: begins && first == 0)
                    kernels.table.pointee.outer(&call)
                }
            }
        }
    }

    /// sums[c] += Σ rows[p][c] over some positions.
    func addRows(_ rows: RowsOfTensor, channels: Int, positions: Int, to sums: Tensor) {
        let width = 64
        parallelRanges((channels + width - 1) / width, threads: threads, grain: 1) { range, _ in
            for part in range {
                let first = part * width
                kernels.table.pointee.add_rows(
                    rows.base + first, rows.stride, positions, min(width, channels - first), sums.host + first)
            }
        }
    }

    /// sums[c] += Σ over all positions of a tensor: the gradient of a bias.
    package func addPositions(of tensor: Tensor, to sums: Tensor) {
        let channels = tensor.shape.channels
        addRows(
            RowsOfTensor(tensor: tensor, stride: channels), channels: channels, positions: tensor.shape.positions,
            to: sums)
    }

    /// The gradients of a product behind a norm, and of the norm, from sums over positions (see
    /// ckernels_normalised_sums). Columns are split over threads, so that each sum over the rows is one thread's.
    ///
    /// - Parameters:
    ///   - sums: outputs × taps × channels: the gradient with what the norm gave before its own scale and shift.
    ///   - totals: The gradient alone, one sum for each output.
    ///   - weights: outputs × taps × channels.
    ///   - outputs: Outputs of the product.
    ///   - gamma: The norm's scale.
    ///   - beta: The norm's shift.
    ///   - out: Gradients of the weights, added to.
    ///   - gammaOut: Gradients of the scale, added to.
    ///   - betaOut: Gradients of the shift, added to.
    func addNormalised(
        _ sums: Tensor, totals: Tensor, _ weights: Tensor, outputs: Int, gamma: Tensor, beta: Tensor, to out: Tensor,
        gamma gammaOut: Tensor, beta betaOut: Tensor
    ) {
        let channels = gamma.shape.count
        let taps = sums.shape.count / (outputs * channels)
        parallelRanges(channels, threads: threads, grain: 64) { range, _ in
            let first = range.lowerBound
            var call = ckernels_normalised_sums(
                sums: sums.host + first, weights: weights.host + first, out: out.host + first, stride: channels,
                totals: totals.host, total_stride: 1, row_count: outputs, channels: range.count,
                gamma: gamma.host + first, beta: beta.host + first, gamma_out: gammaOut.host + first,
                beta_out: betaOut.host + first)
            guard taps > 1 else { return kernels.table.pointee.add_normalised(&call) }
            // The rows of an output's taps have one total.
            (call.row_count, call.total_stride) = (taps, 0)
            for output in 0..<outputs {
                let place = output * taps * channels + first
                call.sums = UnsafePointer(sums.host + place)
                call.weights = UnsafePointer(weights.host + place)
                call.out = out.host + place
                call.totals = UnsafePointer(totals.host + output)
                kernels.table.pointee.add_normalised(&call)
            }
        }
    }
}

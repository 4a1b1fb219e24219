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
    private static let rowsAtATime = 224

    /// out[i][j] += Σ left[p][i] · right[p][j] over some positions.
    ///
    /// - Parameters:
    ///   - left: positions × rows.
    ///   - right: positions × columns.
    ///   - out: rows × columns.
    func addOuter(
        _ left: RowsOfTensor, rows: Int, _ right: RowsOfTensor, columns: Int, positions: Int, to out: Tensor
    ) {
        let width = kernels.table.pointee.panel_columns
        let panels = (columns + width - 1) / width
        let groups = (rows + Self.rowsAtATime - 1) / Self.rowsAtATime
        parallelRanges(panels * groups, threads: threads, grain: 1, scratch: Self.depth * width) { range, packed in
            for task in range {
                let (group, panel) = task.quotientAndRemainder(dividingBy: panels)
                let (firstRow, firstColumn) = (group * Self.rowsAtATime, panel * width)
                let count = min(width, columns - firstColumn)
                for first in stride(from: 0, to: positions, by: Self.depth) {
                    let depth = min(Self.depth, positions - first)
                    for k in 0..<depth {
                        let source = right.base + (first + k) * right.stride + firstColumn
                        (packed + k * width).update(from: source, count: count)
                    }
                    var call = ckernels_outer(
                        left: left.base + first * left.stride + firstRow, left_stride: left.stride, panel: packed,
                        depth: depth, rows: min(Self.rowsAtATime, rows - firstRow), columns: count,
                        out: out.host + firstRow * columns + firstColumn, out_stride: columns)
                    kernels.table.pointee.outer(&call)
                }
            }
        }
    }

    /// The same with `right` in panels already, each of `panelPositions` rows.
    func addOuter(
        _ left: RowsOfTensor, rows: Int, panels right: Tensor, panelPositions: Int, columns: Int, positions: Int,
        to out: Tensor
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
                        out_stride: columns)
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
}

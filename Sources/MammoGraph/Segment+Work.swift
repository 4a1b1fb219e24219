extension Segment {
    /// How much arithmetic a forward pass over one image takes, and what its output's extents are.
    ///
    /// - Parameters:
    ///   - rows: Rows of the input.
    ///   - columns: Columns of the input.
    /// - Returns: Operations, a multiplication and an addition counted as two, of convolutions and products alone; rows and
    ///   columns of the output.
    public func work(rows: Int, columns: Int) -> (operations: Double, rows: Int, columns: Int) {
        body.work(rows: rows, columns: columns)
    }
}

extension [Child] {
    fileprivate func work(rows: Int, columns: Int) -> (operations: Double, rows: Int, columns: Int) {
        var result = (operations: 0.0, rows: rows, columns: columns)
        for child in self {
            let positions = Double(result.rows * result.columns)
            switch child.layer {
            case .convolution(let layer):
                (result.rows, result.columns) = (
                    layer.outputs(along: result.rows), layer.outputs(along: result.columns)
                )
                let taps = layer.kernel * layer.kernel * layer.inputs / layer.groups
                result.operations += 2 * Double(taps * layer.outputs) * Double(result.rows * result.columns)
            case .linear(let layer): result.operations += 2 * Double(layer.inputs * layer.outputs) * positions
            case .pool: (result.rows, result.columns) = (1, 1)
            case .sequence(let children):
                let inner = children.work(rows: result.rows, columns: result.columns)
                result = (result.operations + inner.operations, inner.rows, inner.columns)
            case .gate(let children):
                result.operations += children.work(rows: result.rows, columns: result.columns).operations
            case .layerNorm, .batchNorm, .activation, .dropout: break
            }
        }
        return result
    }
}

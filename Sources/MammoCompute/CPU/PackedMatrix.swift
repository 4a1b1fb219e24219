import CKernels

/// Weights in panels, as the kernels of one instruction set read them; bias and scale are padded to whole panels.
final class PackedMatrix: Matrix {
    let inputs: Int
    let outputs: Int
    let hasScale: Bool
    /// Columns of a panel.
    let panelColumns: Int
    private let memory: HostMemory
    private let count: Int

    /// Zeros, to be filled by the caller.
    init(
        inputs: Int, outputs: Int, hasScale: Bool, panelColumns: Int, from pool: HostPool? = nil
    ) throws(ComputeError) {
        self.inputs = inputs
        self.outputs = outputs
        self.hasScale = hasScale
        self.panelColumns = panelColumns
        let padded = (outputs + panelColumns - 1) / panelColumns * panelColumns
        memory = try HostMemory(count: padded * (inputs + 2), from: pool)
        count = padded * (inputs + 2)
        bias.initialize(repeating: 0, count: 2 * padded)
        // All that lies between the columns of the last panel and its end.
        if padded > outputs {
            (panels + (padded - panelColumns) * inputs).initialize(repeating: 0, count: panelColumns * inputs)
        }
    }

    convenience init(_ weights: LinearWeights, panelColumns: Int) throws(ComputeError) {
        try self.init(
            inputs: weights.inputs, outputs: weights.outputs, hasScale: weights.scale != nil, panelColumns: panelColumns
        )
        for output in 0..<outputs {
            let panel = panels + output / panelColumns * panelStride + output % panelColumns
            for input in 0..<inputs { panel[input * panelColumns] = weights.values[output * inputs + input] }
            bias[output] = weights.bias[output]
            if let values = weights.scale { scale[output] = values[output] }
        }
    }

    /// Floats from one panel to the next.
    var panelStride: Int { inputs * panelColumns }

    var panels: UnsafeMutablePointer<Float> { memory.base }
    /// Outputs, and what fills the last panel.
    var paddedOutputs: Int { count / (inputs + 2) }
    var bias: UnsafeMutablePointer<Float> { memory.base + count / (inputs + 2) * inputs }
    var scale: UnsafeMutablePointer<Float> { bias + count / (inputs + 2) }

    /// The product with `rows`, for a caller that changes what it needs to.
    func product(
        rows: UnsafePointer<Float>, stride: Int, count: Int, out: UnsafeMutablePointer<Float>, outStride: Int
    ) -> ckernels_product {
        ckernels_product(
            rows: rows, row_stride: stride, row_count: count, depth: inputs, runs: 1, run_stride: 0, panels: panels,
            panel_stride: panelStride,
            columns: outputs, bias: bias, out: out, out_stride: outStride, finish: ckernels_store, scale: scale,
            residual: out, residual_stride: outStride, kept: nil, kept_stride: 0, kept_panel_stride: 0)
    }
}

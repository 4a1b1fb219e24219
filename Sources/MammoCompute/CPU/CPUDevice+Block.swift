import CKernels

/// How many of a block's 4C hidden channels are computed, and used up, at a time.
let hiddenAtATime = 384

// A whole block for some hundred positions at a time, so that nothing but its input and its output leaves the second
// level cache.
extension CPUDevice {
    /// Everything for some hundred positions before the next ones are begun.
    package func block(_ input: Tensor, _ block: Block, into output: Tensor) throws(ComputeError) {
        let channels = input.shape.channels
        precondition(output !== input && output.shape == input.shape, "a block needs an output of the input's shape")
        let expand = packed(block.expand, inputs: channels)
        let contract = packed(block.contract, inputs: expand.outputs)
        precondition(contract.outputs == channels && contract.hasScale, "a block's second product has a layer scale")
        let hidden = min(hiddenAtATime, expand.outputs)
        let (rowStride, hiddenStride) = (scratchStride(channels), scratchStride(hidden))
        let grain = grain(rows: input.shape.positions, floats: rowStride + hiddenStride + channels)
        parallelRanges(
            input.shape.positions, threads: threads, grain: grain, scratch: scratch(grain * (rowStride + hiddenStride))
        ) { range, rows in
            let offset = range.lowerBound * channels
            convolve(input, block.depthwise, range, rows, stride: rowStride)
            normalise(
                block.norm, rows: rows, stride: rowStride, count: range.count, out: rows, outStride: rowStride)
            for first in stride(from: 0, to: expand.outputs, by: hidden) {
                let scratch = rows + grain * rowStride
                let count = min(hidden, expand.outputs - first)
                var up = expand.product(
                    rows: rows, stride: rowStride, count: range.count, out: scratch, outStride: hiddenStride)
                up.panels += first / expand.panelColumns * expand.panelStride
                up.bias += first
                up.columns = count
                up.finish = ckernels_gelu
                kernels.table.pointee.product(&up)

                var down = contract.product(
                    rows: scratch, stride: hiddenStride, count: range.count, out: output.host + offset,
                    outStride: channels)
                down.depth = count
                down.panels += first * contract.panelColumns
                if first > 0 { down.bias = nil }
                if first + count == expand.outputs {
                    down.finish = ckernels_add_residual
                    down.residual = UnsafePointer(input.host + offset)
                }
                kernels.table.pointee.product(&down)
            }
        }
    }
}

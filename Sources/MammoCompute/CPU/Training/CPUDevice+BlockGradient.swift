import CKernels

// A block backward. With d̂ the normalised rows, h the hidden rows before GELU, f the branch's factor and ȳ the gradient of
// the output:
//
//     h̄ = (ȳ · (f s W₂)) GELU'(h)          the gradient of the hidden rows
//     d̂' = h̄ · (W₁ γ)                      of the normalised rows; through the norm it becomes that of the convolution
//     x̄ = ȳ + flipped convolution of that
//
// and with G = ȳᵀ GELU(h), M = h̄ᵀ d̂ and the column sums Ȳ of ȳ and H̄ of h̄, the gradients of the parameters are small sums
// over matrices, and none over positions beside the four:
//
//     W̄₂ = f s G       b̄₂ = f s Ȳ        s̄ = f (Σₖ W₂ G + b₂ Ȳ)
//     W̄₁ = γ M + β H̄   b̄₁ = H̄            γ̄ = Σₖ W₁ M          β̄ = Σₖ W₁ H̄
extension CPUDevice {
    /// See `LayerOperations`.
    package func blockGradient(
        _ kept: any Activations, _ parameters: BlockTensors, _ gradient: Tensor, into gradients: BlockTensors,
        needsInput: Bool
    ) throws(ComputeError) {
        guard let kept = kept as? BlockActivations else { preconditionFailure("activations of another layer") }
        let work = try BlockGradientWork(kept, gradient, parameters, for: self)
        if work.parts.count == 1 {
            work.run(0, on: self)
        } else {
            let single = self.single
            parallelRanges(work.parts.count, threads: threads, grain: 1) { range, _ in
                for part in range { work.run(part, on: single) }
            }
        }
        finish(total(work.parts.map(\.sums)), parameters, kept.branch.factor, into: gradients)
        try convolutionGradient(
            of: kept, work.normalGradient, parameters, gradient, into: gradients, needsInput: needsInput)
    }

    /// The sums of all parts, added up in order, in the first.
    private func total(_ parts: [BlockSums]) -> BlockSums {
        for place in parts[0].all.indices {
            let total = parts[0].all[place]
            parallelRanges(total.shape.count, threads: threads, grain: 4096) { range, _ in
                let out = total.host
                for part in parts.dropFirst() {
                    let values = part.all[place].host
                    for i in range { out[i] += values[i] }
                }
            }
        }
        return parts[0]
    }

    /// From the sums to the parameters' gradients.
    private func finish(_ sums: BlockSums, _ p: BlockTensors, _ factor: Float, into g: BlockTensors) {
        let channels = p.scale.shape.count
        parallelRanges(channels, threads: threads, grain: 16) { range, _ in
            for c in range {
                let (row, total) = (4 * channels * c, sums.output.host[c])
                let share = kernels.table.pointee.add_scaled(
                    sums.contract.host + row, 4 * channels, p.scale.host[c] * factor, p.contract.host + row,
                    g.contract.host + row)
                g.contractBias.host[c] += p.scale.host[c] * factor * total
                g.scale.host[c] += factor * (share + p.contractBias.host[c] * total)
            }
        }
        addNormalised(
            sums.expand, totals: sums.hidden, p.expand, outputs: 4 * channels, gamma: p.gamma,
            beta: p.beta, to: g.expand, gamma: g.gamma, beta: g.beta)
        for k in 0..<4 * channels { g.expandBias.host[k] += sums.hidden.host[k] }
    }
}

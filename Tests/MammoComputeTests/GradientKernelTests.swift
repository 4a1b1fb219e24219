import CKernels
import Foundation
import MammoCompute
import TestSupport
import Testing

/// The kernels of training, against the plain ones as in `KernelTests`.
@Suite struct GradientKernelTests {
    typealias Kernels = ckernels_float_kernels

    static let sizes = [(1, 1, 1), (3, 5, 7), (14, 48, 96), (29, 96, 100), (56, 33, 33), (13, 256, 64)]

    /// The sums before an activation, and the activation next to the gradient through it; kept in rows and in panels.
    @Test(arguments: sizes, [false, true])
    func whatProductsKeep(_ size: (Int, Int, Int), _ inPanels: Bool) {
        let (rows, depth, columns) = size
        for finish in [ckernels_gelu, ckernels_gelu_slope, ckernels_silu, ckernels_silu_slope] {
            func run(_ kernels: Kernels) -> (out: [Float], kept: [Float]) {
                var values = Values(seed: UInt64(rows + 7 * depth + 77 * columns))
                let width = kernels.panel_columns
                let padded = (columns + width - 1) / width * width
                let input = Memory(values.array(rows * depth))
                let residual = Memory(values.array(rows * columns, scale: 5))
                let weights = values.array(depth * columns)
                var panels = [Float](repeating: 0, count: padded * depth)
                for column in 0..<columns {
                    for k in 0..<depth {
                        panels[column / width * width * depth + k * width + column % width] =
                            weights[column * depth + k]
                    }
                }
                let (panelMemory, bias) = (Memory(panels), Memory([Float](repeating: 0.5, count: padded)))
                let out = Memory([Float](repeating: .nan, count: rows * columns))
                let kept = Memory([Float](repeating: .nan, count: rows * padded))
                var product = ckernels_product(
                    rows: input.base, row_stride: depth, row_count: rows, depth: depth, runs: 1, run_stride: 0,
                    panels: panelMemory.base, panel_stride: width * depth, columns: columns, bias: bias.base,
                    out: out.base, out_stride: columns,
                    finish: finish, scale: nil, residual: residual.base, residual_stride: columns, kept: kept.base,
                    kept_stride: inPanels ? width : columns, kept_panel_stride: inPanels ? rows * width : width)
                kernels.product(&product)
                let raw = kept.values
                let keptRows = (0..<rows * columns).map { place in
                    let (row, column) = place.quotientAndRemainder(dividingBy: columns)
                    return inPanels ? raw[column / width * rows * width + row * width + column % width] : raw[place]
                }
                return (out.values, keptRows)
            }
            let reference = run(ckernels_float_reference)
            for kernels in KernelTests.sets {
                let result = run(kernels)
                #expect(largestError(result.out, reference.out) < 3e-6, "\(String(cString: kernels.name)) \(finish)")
                #expect(largestError(result.kept, reference.kept) < 2e-6, "\(String(cString: kernels.name)) \(finish)")
            }
        }
    }

    @Test(
        arguments: [
            (1, 1, 1), (14, 32, 256), (29, 7, 100), (96, 33, 17), (5, 64, 3), (24, 24, 40), (31, 48, 9), (18, 16, 12),
        ], [false, true])
    func outer(_ size: (rows: Int, columns: Int, depth: Int), _ begins: Bool) {
        let (rows, columns, depth) = size
        func run(_ kernels: Kernels) -> [Float] {
            var values = Values(seed: 21)
            let width = kernels.panel_columns
            let left = Memory(values.array(depth * (rows + 3)))
            let right = values.array(depth * columns)
            let out = Memory(values.array(rows * columns))
            for first in stride(from: 0, to: columns, by: width) {
                let count = min(width, columns - first)
                var panel = [Float](repeating: .nan, count: depth * width)
                for k in 0..<depth { for c in 0..<count { panel[k * width + c] = right[k * columns + first + c] } }
                let memory = Memory(panel)
                var call = ckernels_outer(
                    left: left.base, left_stride: rows + 3, panel: memory.base, depth: depth, rows: rows,
                    columns: count,
                    out: out.base + first, out_stride: columns, begins: begins)
                kernels.outer(&call)
            }
            return out.values
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            #expect(largestError(run(kernels), reference) < 2e-6, "\(String(cString: kernels.name))")
        }
    }

    @Test(arguments: [1, 3, 8, 20, 96, 768])
    func layerNorm(_ channels: Int) {
        func run(_ kernels: Kernels) -> (normal: [Float], inverse: [Float], gradient: [Float]) {
            var values = Values(seed: 29)
            let rows = Memory(values.array(5 * channels))
            let inverse = Memory([Float](repeating: .nan, count: 5))
            let gradient = Memory(values.array(5 * channels))
            var call = ckernels_layer_norm(
                rows: rows.base, row_stride: channels, row_count: 5, channels: channels, gamma: nil, beta: nil,
                epsilon: 1e-6, out: rows.base, out_stride: channels, inverse: inverse.base)
            kernels.layer_norm(&call)
            var backward = ckernels_layer_norm_gradient(
                normal: rows.base, normal_stride: channels, inverse: inverse.base, row_count: 5, channels: channels,
                gradient: gradient.base, gradient_stride: channels)
            kernels.layer_norm_gradient(&backward)
            return (rows.values, inverse.values, gradient.values)
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            let result = run(kernels)
            // One channel is its own mean: 1 / √ε of rounding is all there is.
            #expect(largestError(result.normal, reference.normal) < 1e-5 || channels == 1)
            #expect(largestError(result.inverse, reference.inverse) < 1e-5)
            #expect(largestError(result.gradient, reference.gradient) < 1e-5 || channels == 1)
        }
    }

    @Test func stepsOfAdamW() {
        func run(_ kernels: Kernels) -> [[Float]] {
            var values = Values(seed: 31)
            let (parameter, gradient) = (Memory(values.array(1003)), Memory(values.array(1003)))
            let (mean, square) = (Memory(values.array(1003)), Memory(values.array(1003).map(abs)))
            var call = ckernels_adamw(
                count: 1003, gradient: gradient.base, gradient_scale: 0.5, parameter: parameter.base, mean: mean.base,
                square: square.base, decay: 0.999, new_mean: 0.1, old_square: 0.999, new_square: 0.001, step_size: 0.01,
                correction_root: 0.4, epsilon: 1e-8)
            kernels.adamw(&call)
            return [parameter.values, mean.values, square.values]
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            for (values, expected) in zip(run(kernels), reference) { #expect(largestError(values, expected) < 1e-6) }
        }
    }

    @Test(arguments: [false, true]) func stepsOfSGD(_ nesterov: Bool) {
        func run(_ kernels: Kernels) -> [[Float]] {
            var values = Values(seed: 33)
            let (parameter, gradient) = (Memory(values.array(1003)), Memory(values.array(1003)))
            let velocity = Memory(values.array(1003))
            var call = ckernels_sgd(
                count: 1003, gradient: gradient.base, gradient_scale: 0.5, parameter: parameter.base,
                velocity: velocity.base, decay: 0.01, momentum: 0.9, rate: 0.1, nesterov: nesterov)
            kernels.sgd(&call)
            return [parameter.values, velocity.values]
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            for (values, expected) in zip(run(kernels), reference) { #expect(largestError(values, expected) < 1e-6) }
        }
    }

    @Test func sumsOfProducts() {
        var values = Values(seed: 37)
        let (one, other) = (values.array(500 * 37), values.array(500 * 37))
        func run(_ kernels: Kernels) -> [Float] {
            var sums = [Float](repeating: 1, count: 37)
            kernels.add_products(one, other, 500, 37, &sums)
            return sums
        }
        for kernels in KernelTests.sets { #expect(largestError(run(kernels), run(ckernels_float_reference)) < 1e-5) }
    }
}

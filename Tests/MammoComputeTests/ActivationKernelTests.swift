import CKernels
import Foundation
import MammoCompute
import Testing

/// Activations and their derivatives over their whole range, by a product's finish and by themselves.
@Suite struct ActivationKernelTests {
    typealias Kernels = ckernels_float_kernels

    static let inputs =
        (-1200...1200).map { Float($0) / 100 } + (-90...90).map { Float($0) } + [
            0, -0.0, 1e-30, -1e-30, 80, -80, 1e30, -1e30,
        ]

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    static func normalShare(_ x: Double) -> Double { 0.5 * (1 + erf(x / 2.0.squareRoot())) }

    /// The activation and its derivative.
    static func exact(_ activation: ckernels_activation, _ x: Double) -> (value: Double, slope: Double) {
        let opposite = sigmoid(-x)
        switch activation {
        case ckernels_activation_silu:
            return (x * sigmoid(x), sigmoid(x) + (opposite == 0 ? 0 : x * sigmoid(x) * opposite))
        case ckernels_activation_gelu:
            return (x * normalShare(x), normalShare(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot())
        case ckernels_activation_sigmoid: return (sigmoid(x), sigmoid(x) * opposite)
        default: return (x, 1)
        }
    }

    /// The value within `tolerance` of the largest that the activation computes with.
    @Test(
        arguments: [(ckernels_gelu, ckernels_activation_gelu), (ckernels_silu, ckernels_activation_silu)].map(
            Finish.init))
    func ofProducts(_ finish: Finish) {
        for kernels in [ckernels_float_reference] + KernelTests.sets {
            // One value a row, times a single weight of one.
            let result = finish.run(kernels, rows: Self.inputs, residual: Self.inputs, finish.value)
            for (x, y) in zip(Self.inputs, result) {
                let exact = Self.exact(finish.activation, Double(x)).value
                #expect(abs(Double(y) - exact) <= 2e-7 * max(1, abs(Double(x))), "\(x)")
            }
        }
    }

    @Test(
        arguments: [(ckernels_gelu_slope, ckernels_activation_gelu), (ckernels_silu_slope, ckernels_activation_silu)]
            .map(Finish.init))
    func slopesOfProducts(_ finish: Finish) {
        for kernels in [ckernels_float_reference] + KernelTests.sets {
            let ones = [Float](repeating: 1, count: Self.inputs.count)
            let result = finish.run(kernels, rows: ones, residual: Self.inputs, finish.value)
            for (x, slope) in zip(Self.inputs, result) {
                #expect(abs(Double(slope) - Self.exact(finish.activation, Double(x)).slope) < 1.2e-6, "\(x)")
            }
        }
    }

    /// SiLU and the sigmoid are exact relative to their own size, however small: they rest on an exact exponential.
    @Test func relativeToTheirSize() {
        let inputs = Self.inputs.filter { abs($0) < 86 && abs($0) > 1e-20 }
        for activation in [ckernels_activation_silu, ckernels_activation_sigmoid] {
            for kernels in KernelTests.sets {
                let out = Memory(inputs)
                var call = ckernels_row_affine(
                    rows: out.base, row_stride: 1, row_count: 1, channels: inputs.count, scale: nil, shift: nil,
                    activation: activation, residual: nil, residual_stride: 0, out: out.base, out_stride: 1)
                kernels.affine(&call)
                for (x, y) in zip(inputs, out.values) {
                    let exact = Self.exact(activation, Double(x)).value
                    #expect(abs(Double(y) - exact) <= 3e-7 * abs(exact), "\(x)")
                }
            }
        }
    }

    @Test func notANumberStaysOne() {
        for activation in [ckernels_activation_silu, ckernels_activation_gelu, ckernels_activation_sigmoid] {
            for kernels in KernelTests.sets {
                let out = Memory([Float](repeating: .nan, count: 19) + [0])
                var call = ckernels_row_affine(
                    rows: out.base, row_stride: 1, row_count: 1, channels: 20, scale: nil, shift: nil,
                    activation: activation, residual: nil, residual_stride: 0, out: out.base, out_stride: 1)
                kernels.affine(&call)
                #expect(out.values.prefix(19).allSatisfy(\.isNaN) || activation == ckernels_activation_gelu)
                #expect(!out.values[19].isNaN)
            }
        }
    }
}

/// A finish of a product, and the activation it applies.
struct Finish: Sendable, CustomTestStringConvertible {
    let value: ckernels_finish
    let activation: ckernels_activation

    var testDescription: String { "finish \(value.rawValue)" }

    init(_ pair: (ckernels_finish, ckernels_activation)) { (value, activation) = pair }

    /// The results for each of `rows` times a weight of one.
    func run(
        _ kernels: ckernels_float_kernels, rows values: [Float], residual: [Float], _ finish: ckernels_finish
    ) -> [Float] {
        let padding = [Float](repeating: 0, count: kernels.panel_columns)
        let (rows, panel, bias) = (Memory(values), Memory([1] + padding), Memory(padding))
        let (residual, result, kept) = (Memory(residual), Memory(values), Memory(values))
        var product = ckernels_product(
            rows: rows.base, row_stride: 1, row_count: values.count, depth: 1, runs: 0, run_stride: 0,
            panels: panel.base, panel_stride: 1,
            columns: 1, bias: bias.base, out: result.base, out_stride: 1, finish: finish, scale: bias.base,
            residual: residual.base, residual_stride: 1, kept: kept.base, kept_stride: 1, kept_panel_stride: 0)
        kernels.product(&product)
        return result.values
    }
}

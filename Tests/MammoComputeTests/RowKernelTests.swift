import CKernels
import MammoCompute
import TestSupport
import Testing

/// Scales, shifts and activations of rows, batch norm and its gradient, against the plain ones as in `KernelTests`.
@Suite struct RowKernelTests {
    typealias Kernels = ckernels_float_kernels

    static let activations = [
        ckernels_activation_none, ckernels_activation_silu, ckernels_activation_gelu, ckernels_activation_sigmoid,
    ]

    /// Rows, channels, and what lies between a row's end and the next row.
    static let sizes = [
        (1, 1, 0), (5, 3, 2), (33, 8, 0), (16, 20, 4), (7, 96, 0), (50, 100, 28), (2, 769, 0), (0, 8, 0),
    ]

    @Test(arguments: sizes)
    func affine(_ size: (Int, Int, Int)) {
        for activation in Self.activations {
            for place in RowCase.Place.allCases {
                for (scales, shifts, adds) in [
                    (true, true, false), (true, false, true), (false, true, true), (false, false, false),
                ] {
                    let one = RowCase(size)
                    func run(_ kernels: Kernels) -> [Float] {
                        let (rows, residual, aside) = (Memory(one.rows), Memory(one.others), Memory(one.aside))
                        let (scale, shift) = (Memory(one.parameters[0]), Memory(one.parameters[1]))
                        let out = place == .aside || !adds && place == .other ? aside : place == .rows ? rows : residual
                        var call = ckernels_row_affine(
                            rows: rows.base, row_stride: one.stride, row_count: one.count, channels: one.channels,
                            scale: scales ? UnsafePointer(scale.base) : nil,
                            shift: shifts ? UnsafePointer(shift.base) : nil,
                            activation: activation, residual: adds ? UnsafePointer(residual.base) : nil,
                            residual_stride: one.stride, out: out.base, out_stride: one.stride)
                        kernels.affine(&call)
                        return out.values
                    }
                    one.expect(run, within: 2e-6)
                }
            }
        }
    }

    @Test(arguments: sizes)
    func affineGradient(_ size: (Int, Int, Int)) {
        for activation in Self.activations {
            for place in RowCase.Place.allCases {
                for hasParameters in [false, true] {
                    let one = RowCase(size)
                    func run(_ kernels: Kernels) -> [Float] {
                        let (rows, gradient, aside) = (Memory(one.rows), Memory(one.others), Memory(one.aside))
                        let (scale, shift) = (Memory(one.parameters[0]), Memory(one.parameters[1]))
                        let out = place == .aside ? aside : place == .rows ? rows : gradient
                        var call = ckernels_row_affine_gradient(
                            rows: rows.base, row_stride: one.stride, row_count: one.count, channels: one.channels,
                            scale: hasParameters ? UnsafePointer(scale.base) : nil,
                            shift: hasParameters ? UnsafePointer(shift.base) : nil, activation: activation,
                            gradient: gradient.base, gradient_stride: one.stride, out: out.base, out_stride: one.stride)
                        kernels.affine_gradient(&call)
                        return out.values
                    }
                    one.expect(run, within: 3e-6)
                }
            }
        }
    }

    @Test(arguments: sizes)
    func moments(_ size: (Int, Int, Int)) {
        for hasFactors in [false, true] {
            for hasCenter in [false, true] {
                let one = RowCase(size, offset: hasCenter ? 100 : 0)
                func run(_ kernels: Kernels, calls: Int) -> [Double] {
                    let (rows, factors, center) = (Memory(one.rows), Memory(one.others), Memory(one.parameters[2]))
                    // Sums and products, which are added to.
                    var totals = [Double](repeating: 3, count: 2 * one.channels)
                    for part in calls == 1 ? [0..<one.count] : [0..<one.count / 3, one.count / 3..<one.count] {
                        totals.withUnsafeMutableBufferPointer { totals in
                            var call = ckernels_moments(
                                rows: rows.base + part.lowerBound * one.stride, row_stride: one.stride,
                                row_count: part.count, channels: one.channels,
                                center: hasCenter ? UnsafePointer(center.base) : nil,
                                factors: hasFactors ? UnsafePointer(factors.base + part.lowerBound * one.stride) : nil,
                                factor_stride: one.stride, sums: totals.baseAddress,
                                products: totals.baseAddress! + one.channels)
                            kernels.moments(&call)
                        }
                    }
                    return totals
                }
                let reference = run(ckernels_float_reference, calls: 1)
                for kernels in KernelTests.sets {
                    let result = run(kernels, calls: 1)
                    for (value, exact) in zip(result, reference) {
                        #expect(abs(value - exact) <= 1e-12 * (1 + abs(exact)))
                    }
                    #expect(run(kernels, calls: 2) == result, "the division of rows into calls changes nothing")
                }
            }
        }
    }

    @Test(arguments: sizes)
    func batchNormGradient(_ size: (Int, Int, Int)) {
        let one = RowCase(size)
        func run(_ kernels: Kernels) -> [Float] {
            let (rows, gradient, values) = (Memory(one.rows), Memory(one.others), one.parameters.map { Memory($0) })
            var call = ckernels_batch_norm_gradient(
                rows: rows.base, row_stride: one.stride, row_count: one.count, channels: one.channels,
                mean: values[0].base, inverse: values[1].base, mean_gradient: values[3].base,
                mean_product: values[4].base,
                factor: values[5].base, gradient: gradient.base, gradient_stride: one.stride)
            withExtendedLifetime(values) { kernels.batch_norm_gradient(&call) }
            return gradient.values
        }
        one.expect(run, within: 2e-6)
    }
}

/// Rows of random values.
struct RowCase {
    /// Where results are put: into memory of their own, over the rows, or over the other operand.
    enum Place: CaseIterable { case aside, rows, other }

    let (count, channels, stride): (Int, Int, Int)
    let (rows, others, aside): ([Float], [Float], [Float])
    /// One value for each channel; the third are near `offset`.
    let parameters: [[Float]]

    init(_ size: (Int, Int, Int), offset: Float = 0) {
        (count, channels, stride) = (size.0, size.1, size.1 + size.2)
        var values = Values(seed: 41)
        rows = values.array(count * stride, scale: 4).map { $0 + offset }
        others = values.array(count * stride)
        aside = values.array(count * stride)
        parameters = (0..<6).map { [channels] index in values.array(channels).map { index == 2 ? $0 + offset : $0 } }
    }

    /// Every set's results are the reference's within a tolerance, and what lies between rows is untouched.
    func expect(
        _ run: (ckernels_float_kernels) -> [Float], within tolerance: Float, at place: SourceLocation = #_sourceLocation
    ) {
        let reference = run(ckernels_float_reference)
        func between(_ values: [Float]) -> [Float] {
            values.indices.filter { $0 % stride >= channels }.map { values[$0] }
        }
        for kernels in KernelTests.sets {
            let result = run(kernels)
            let name = String(cString: kernels.name)
            #expect(largestError(result, reference) < tolerance || count == 0, "\(name)", sourceLocation: place)
            #expect(between(result) == between(reference), "\(name)", sourceLocation: place)
        }
    }
}

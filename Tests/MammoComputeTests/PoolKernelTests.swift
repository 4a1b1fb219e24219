import CKernels
import MammoCompute
import TestSupport
import Testing

/// Largest values and powers of rows, against the plain ones as in `KernelTests`.
@Suite struct PoolKernelTests {
    typealias Kernels = ckernels_float_kernels

    static let exponents: [Float] = [3, 1, 2.71828, 0.4, 5.9]

    @Test(arguments: RowKernelTests.sizes)
    func maxima(_ size: (Int, Int, Int)) {
        var one = RowCase(size)
        // Equal values: the first is the place.
        one = RowCase(one, rows: one.rows.map { ($0 * 2).rounded() })
        func run(_ kernels: Kernels, _ one: RowCase, calls: Int) -> (largest: [Float], places: [Int32]) {
            let rows = Memory(one.rows)
            let largest = Memory([Float](repeating: -.infinity, count: one.channels))
            var places = [Int32](repeating: -1, count: one.channels)
            for part in calls == 1 ? [0..<one.count] : [0..<one.count / 3, one.count / 3..<one.count] {
                places.withUnsafeMutableBufferPointer { places in
                    var call = ckernels_maxima(
                        rows: rows.base + part.lowerBound * one.stride, row_stride: one.stride, row_count: part.count,
                        channels: one.channels, largest: largest.base, places: places.baseAddress,
                        first_place: Int32(part.lowerBound))
                    kernels.maxima(&call)
                }
            }
            return (largest.values, places)
        }
        for values in [one.rows, one.rows.enumerated().map { $0.offset % 7 == 5 ? .nan : $0.element }] {
            let own = RowCase(one, rows: values)
            let reference = run(ckernels_float_reference, own, calls: 1)
            for kernels in KernelTests.sets {
                for calls in [1, 2] {
                    let result = run(kernels, own, calls: calls)
                    #expect(result.largest.map(\.bitPattern) == reference.largest.map(\.bitPattern))
                    #expect(result.places == reference.places)
                }
                // Without places.
                let (rows, largest) = (Memory(values), Memory([Float](repeating: -.infinity, count: one.channels)))
                var call = ckernels_maxima(
                    rows: rows.base, row_stride: one.stride, row_count: one.count, channels: one.channels,
                    largest: largest.base, places: nil, first_place: 0)
                kernels.maxima(&call)
                #expect(largest.values.map(\.bitPattern) == reference.largest.map(\.bitPattern))
            }
        }
    }

    @Test(arguments: RowKernelTests.sizes)
    func powers(_ size: (Int, Int, Int)) {
        let one = RowCase(size)
        for exponent in Self.exponents {
            for hasLogarithms in [false, true] {
                func run(_ kernels: Kernels, calls: Int) -> [Double] {
                    let rows = Memory(one.rows)
                    // Sums and logarithms, which are added to.
                    var totals = [Double](repeating: 3, count: 2 * one.channels)
                    for part in calls == 1 ? [0..<one.count] : [0..<one.count / 3, one.count / 3..<one.count] {
                        totals.withUnsafeMutableBufferPointer { totals in
                            var call = ckernels_powers(
                                rows: rows.base + part.lowerBound * one.stride, row_stride: one.stride,
                                row_count: part.count, channels: one.channels, epsilon: 1e-6, exponent: exponent,
                                sums: totals.baseAddress,
                                logarithms: hasLogarithms ? totals.baseAddress! + one.channels : nil)
                            kernels.powers(&call)
                        }
                    }
                    return totals
                }
                let reference = run(ckernels_float_reference, calls: 1)
                for kernels in KernelTests.sets {
                    let result = run(kernels, calls: 1)
                    for (value, exact) in zip(result, reference) {
                        #expect(abs(value - exact) <= 1e-6 * (1 + abs(exact)), "\(exponent)")
                    }
                    #expect(run(kernels, calls: 2) == result, "the division of rows into calls changes nothing")
                }
            }
        }
    }

    /// A power is exact relative to its own size, however small.
    @Test(arguments: exponents)
    func powersRelativeToTheirSize(_ exponent: Float) {
        var values = Values(seed: 7)
        let inputs = (0..<3000).map { index in abs(values.next()) * [1e-5, 1e-2, 1, 30, 2000][index % 5] }
        func run(_ kernels: Kernels) -> [Double] {
            let rows = Memory(inputs)
            var sums = [Double](repeating: 0, count: inputs.count)
            sums.withUnsafeMutableBufferPointer { sums in
                var call = ckernels_powers(
                    rows: rows.base, row_stride: inputs.count, row_count: 1, channels: inputs.count, epsilon: 1e-6,
                    exponent: exponent, sums: sums.baseAddress, logarithms: nil)
                kernels.powers(&call)
            }
            return sums
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            for (value, exact) in zip(run(kernels), reference) {
                #expect(abs(value - exact) <= (exponent > 3 ? 7e-7 : 3e-7) * exact)
            }
        }
    }

    @Test(arguments: RowKernelTests.sizes)
    func powersGradient(_ size: (Int, Int, Int)) {
        let one = RowCase(size)
        for exponent in Self.exponents {
            for place in [RowCase.Place.aside, .rows] {
                func run(_ kernels: Kernels) -> [Float] {
                    let (rows, aside) = (Memory(one.rows), Memory(one.aside))
                    let (scale, factor) = (Memory(one.parameters[0].map { abs($0) + 0.1 }), Memory(one.parameters[1]))
                    let out = place == .rows ? rows : aside
                    var call = ckernels_powers_gradient(
                        rows: rows.base, row_stride: one.stride, row_count: one.count, channels: one.channels,
                        epsilon: 1e-6, exponent: exponent - 1, scale: scale.base, factor: factor.base, out: out.base,
                        out_stride: one.stride)
                    kernels.powers_gradient(&call)
                    return out.values
                }
                one.expect(run, within: 1e-6)
            }
        }
    }

    @Test func notANumberStaysOne() {
        for kernels in KernelTests.sets {
            let rows = Memory([.nan, 1, -1] + [Float](repeating: .nan, count: 16))
            var sums = [Double](repeating: 0, count: 19)
            var logarithms = sums
            sums.withUnsafeMutableBufferPointer { sums in
                logarithms.withUnsafeMutableBufferPointer { logarithms in
                    var call = ckernels_powers(
                        rows: rows.base, row_stride: 19, row_count: 1, channels: 19, epsilon: 1e-6, exponent: 3,
                        sums: sums.baseAddress, logarithms: logarithms.baseAddress)
                    kernels.powers(&call)
                }
            }
            for found in [sums, logarithms] {
                #expect(found.enumerated().allSatisfy { $0.element.isNaN == ![1, 2].contains($0.offset) })
            }
        }
    }
}

extension RowCase {
    /// The same case with other rows.
    init(_ other: RowCase, rows: [Float]) {
        (count, channels, stride) = (other.count, other.channels, other.stride)
        (self.rows, others, aside, parameters) = (rows, other.others, other.aside, other.parameters)
    }
}

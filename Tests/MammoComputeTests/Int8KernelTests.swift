import CKernels
import MammoCompute
import TestSupport
import Testing

/// The kernels in 8 bits against the plain ones: products to the bit, what is rounded to a byte to one step.
@Suite(.enabled(if: Int8Kernels.best != nil, "this processor has no AVX-512 VNNI"))
struct Int8KernelTests {
    private typealias Kernels = ckernels_int8_kernels

    private static var fast: Kernels { (ckernels_int8_best()?.pointee).unsafelyUnwrapped }

    /// A product of random bytes.
    struct Case: CustomTestStringConvertible, Sendable {
        let (rows, depth, columns, runs): (Int, Int, Int, Int)

        var testDescription: String { "\(rows)x\(depth)x\(columns), \(runs) runs" }

        private var stride: Int { runs * depth + 8 }

        private var bytes: [UInt8] {
            var values = Values(seed: 51)
            // All of them at their largest in the first row.
            return values.array(rows * stride).enumerated().map { $0 < stride ? 255 : UInt8(($1 + 1) * 127.4) }
        }

        private func weight(_ column: Int, _ input: Int) -> Int8 {
            column == 0 ? 127 : Int8(truncatingIfNeeded: (column * 31 + input * 17 + column * input) % 255 - 127)
        }

        private func panels(_ panelColumns: Int) -> [Int8] {
            let padded = (columns + panelColumns - 1) / panelColumns * panelColumns
            let inputs = runs * depth
            var panels = [Int8](repeating: 0, count: padded * inputs)
            for column in 0..<columns {
                let panel = column / panelColumns * panelColumns * inputs
                for input in 0..<inputs {
                    panels[panel + input / 4 * 4 * panelColumns + column % panelColumns * 4 + input % 4] =
                        weight(column, input)
                }
            }
            return panels
        }

        /// Floats, or for GELU bytes, of rows with 3 more columns than there are.
        func run(_ kernels: ckernels_int8_kernels, _ finish: ckernels_int8_finish, calls: Int = 1) -> [Float] {
            let panelColumns = kernels.panel_columns
            var values = Values(seed: 52)
            let padding = 64
            let scale = Memory(values.array(columns + padding, scale: 4e-4 / Float(depth * runs).squareRoot()))
            let offset = Memory(values.array(columns + padding))
            let shift = Memory(values.array(columns + padding, scale: 20))
            let factor = Memory(values.array(columns + padding, scale: 60))
            let outStride = columns + 3
            let residual = Memory(values.array(rows * outStride))
            let out = Memory([Float](repeating: 7, count: rows * outStride))
            let byteStride = (columns + 63) / 64 * 64
            var quantised = [UInt8](repeating: 7, count: rows * byteStride)
            let (bytes, panels) = (bytes, panels(panelColumns))
            bytes.withUnsafeBufferPointer { bytes in
                panels.withUnsafeBufferPointer { panels in
                    quantised.withUnsafeMutableBufferPointer { quantised in
                        guard let first = bytes.baseAddress, let target = quantised.baseAddress else { return }
                        for part in calls == 1 ? [0..<rows] : [0..<rows / 3, rows / 3..<rows] {
                            var call = ckernels_int8_product(
                                rows: first + part.lowerBound * stride, row_stride: stride,
                                row_count: part.count, depth: depth, runs: runs, run_stride: depth,
                                panels: panels.baseAddress, panel_stride: runs * depth * panelColumns,
                                columns: columns, scale: scale.base, offset: offset.base, finish: finish,
                                out: out.base + part.lowerBound * outStride, out_stride: outStride,
                                residual: residual.base + part.lowerBound * outStride, residual_stride: outStride,
                                quantised: target + part.lowerBound * byteStride,
                                quantised_stride: byteStride, factor: factor.base, shift: shift.base)
                            kernels.product(&call)
                        }
                    }
                }
            }
            guard finish == ckernels_int8_gelu else { return out.values }
            return (0..<rows).flatMap { row in (0..<columns).map { Float(quantised[row * byteStride + $0]) } }
        }
    }

    static let cases = [
        Case(rows: 1, depth: 4, columns: 1, runs: 1), Case(rows: 3, depth: 8, columns: 7, runs: 1),
        Case(rows: 14, depth: 12, columns: 16, runs: 1), Case(rows: 15, depth: 96, columns: 17, runs: 1),
        Case(rows: 29, depth: 16, columns: 32, runs: 2), Case(rows: 8, depth: 20, columns: 48, runs: 3),
        Case(rows: 31, depth: 192, columns: 96, runs: 1), Case(rows: 14, depth: 6144, columns: 40, runs: 1),
    ]

    @Test("Products are the plain ones to the bit, and nothing beside them is written", arguments: cases)
    func products(_ one: Case) {
        for finish in [ckernels_int8_store, ckernels_int8_add_residual] {
            let result = one.run(Self.fast, finish)
            #expect(result == one.run(ckernels_int8_reference, finish))
            #expect(one.run(Self.fast, finish, calls: 2) == result, "the division of rows into calls changes nothing")
        }
    }

    @Test("GELU in 8 bits is within a step of the exact one", arguments: cases)
    func gelu(_ one: Case) {
        let result = one.run(Self.fast, ckernels_int8_gelu)
        let reference = one.run(ckernels_int8_reference, ckernels_int8_gelu)
        let errors = zip(result, reference).map { abs($0 - $1) }
        #expect(errors.allSatisfy { $0 <= 1 })
        #expect(errors.count { $0 > 0 } <= max(1, result.count / 50))
        #expect(one.run(Self.fast, ckernels_int8_gelu, calls: 2) == result)
    }

    @Test("A norm in 8 bits is within a step of the plain one", arguments: [4, 8, 16, 20, 40, 96, 768])
    func norm(_ channels: Int) {
        let rows = 9
        var values = Values(seed: 53)
        let data = Memory(values.array(rows * channels, scale: 3))
        let factor = Memory(values.array(channels, scale: 90))
        let shift = Memory(values.array(channels, scale: 90).map { $0 + 100 })
        func run(_ kernels: Kernels) -> [UInt8] {
            // The byte after the last row stays.
            var out = [UInt8](repeating: 7, count: rows * channels + 1)
            out.withUnsafeMutableBufferPointer { out in
                var call = ckernels_int8_norm(
                    rows: data.base, row_stride: channels, row_count: rows, channels: channels, epsilon: 1e-6,
                    factor: factor.base, shift: shift.base, out: out.baseAddress, out_stride: channels)
                kernels.norm(&call)
            }
            return out
        }
        let (result, reference) = (run(Self.fast), run(ckernels_int8_reference))
        let errors = zip(result, reference).map { abs(Int($0) - Int($1)) }
        #expect(errors.allSatisfy { $0 <= 1 } && result.last == 7)
        #expect(errors.count { $0 > 0 } <= max(1, result.count / 1000))
    }
}

import CKernels
import Foundation
import MammoCompute
import TestSupport
import Testing

/// Every kernel of every set that this machine has, that with OpenBLAS among them, against the plain scalar one in double precision.
///
/// A tolerance is relative to the largest value of the reference: single precision rounds at 6e-8, and a sum of n terms
/// accumulates at most n times that.
@Suite struct KernelTests {
    typealias Kernels = ckernels_float_kernels

    static var sets: [Kernels] {
        (0..<UInt32(ckernels_instruction_sets)).compactMap {
            ckernels_float_kernels_for(ckernels_instruction_set($0))?.pointee
        } + (openBLAS.map { [$0.pointee] } ?? [])
    }

    static var openBLAS: UnsafePointer<Kernels>? { ckernels_float_openblas("libopenblas.so.0", nil) }

    @Test func thePortableSetIsThere() {
        #expect(Self.sets.map { String(cString: $0.name) }.contains("portable"))
        #expect(CPUKernels.available.map(\.name).last == "portable")
    }

    @Test(
        "The set with OpenBLAS stands before the portable one, and is what a processor without AVX2 gets",
        .enabled(if: openBLAS != nil, "libopenblas.so.0 is not here: install libopenblas-dev"))
    func openBLASIsThere() throws {
        #expect(CPUKernels.available.suffix(2).map(\.name) == ["OpenBLAS", "portable"])
        #expect(CPUKernels.best.name == CPUKernels.available[0].name)
        #expect(try KernelsChoice.openblas.open().name == "OpenBLAS")
        #expect(Self.openBLAS == Self.openBLAS)
    }

    @Test("Kernels by name")
    func choices() throws {
        #expect(try KernelsChoice.portable.open().name == "portable")
        #expect(try KernelsChoice.auto.open().name == CPUKernels.best.name)
        #expect(KernelsChoice("AVX512") == .avx512 && KernelsChoice("avx-512") == .avx512)
        #expect(KernelsChoice("OpenBLAS") == .openblas && KernelsChoice("mmx") == nil)
    }

    @Test("A row's products do not depend on how many rows there are, or on where it stands among them")
    func rowsByThemselves() {
        for kernels in Self.sets {
            let whole = ProductCase(rows: 75, depth: 416, columns: 100).run(kernels, ckernels_gelu, false)
            for rows in [0..<1, 5..<37, 31..<75, 32..<64] {
                let part = ProductCase(rows: 75, depth: 416, columns: 100, some: rows).run(
                    kernels, ckernels_gelu, false)
                #expect(
                    Array(part[rows.lowerBound * 100..<rows.upperBound * 100])
                        == Array(whole[rows.lowerBound * 100..<rows.upperBound * 100]),
                    "\(String(cString: kernels.name)) \(rows)")
            }
        }
    }

    @Test(arguments: [
        ProductCase(rows: 1, depth: 1, columns: 1), ProductCase(rows: 3, depth: 5, columns: 7),
        ProductCase(rows: 14, depth: 48, columns: 96), ProductCase(rows: 29, depth: 96, columns: 384),
        ProductCase(rows: 56, depth: 383, columns: 33), ProductCase(rows: 13, depth: 768, columns: 64),
        ProductCase(rows: 0, depth: 8, columns: 8), ProductCase(rows: 31, depth: 21, columns: 24),
        ProductCase(rows: 12, depth: 40, columns: 16), ProductCase(rows: 27, depth: 12, columns: 48),
        ProductCase(rows: 16, depth: 9, columns: 30), ProductCase(rows: 37, depth: 9, columns: 24, runs: 3),
        ProductCase(rows: 20, depth: 72, columns: 40, runs: 3), ProductCase(rows: 6, depth: 5, columns: 65, runs: 5),
    ])
    func products(_ size: ProductCase) {
        for finish in [ckernels_store, ckernels_gelu, ckernels_silu, ckernels_add_residual] {
            for accumulates in [false, true] {
                let reference = size.run(ckernels_float_reference, finish, accumulates)
                for kernels in Self.sets {
                    let error = largestError(size.run(kernels, finish, accumulates), reference)
                    #expect(error < 2e-6, "\(String(cString: kernels.name)) \(finish) \(accumulates)")
                }
            }
        }
    }

    @Test func notANumberStaysOne() {
        for kernels in Self.sets {
            let size = ProductCase(rows: 2, depth: 4, columns: 64, poison: .nan)
            for finish in [ckernels_store, ckernels_gelu, ckernels_silu, ckernels_add_residual] {
                let values = size.run(kernels, finish, false)
                #expect(values.prefix(64).allSatisfy(\.isNaN) && values.suffix(64).allSatisfy { !$0.isNaN })
            }
        }
    }

    @Test(arguments: [1, 3, 8, 20, 96, 768])
    func layerNorm(_ channels: Int) {
        var values = Values(seed: 11)
        // Far from zero: where a variance by the difference of squares would be lost.
        let rows = values.array(5 * channels).map { $0 + 100 }
        let gamma = Memory(values.array(channels))
        let beta = Memory(values.array(channels))
        func run(_ kernels: Kernels) -> [Float] {
            let out = Memory(rows)
            var call = ckernels_layer_norm(
                rows: out.base, row_stride: channels, row_count: 5, channels: channels, gamma: gamma.base,
                beta: beta.base, epsilon: 1e-6, out: out.base, out_stride: channels, inverse: nil)
            kernels.layer_norm(&call)
            return out.values
        }
        let reference = run(ckernels_float_reference)
        for kernels in Self.sets {
            // Values near 100 are themselves known to 4e-6 of their deviation.
            #expect(largestError(run(kernels), reference) < 3e-5, "\(String(cString: kernels.name))")
        }
    }

    @Test func sumsOfRows() {
        var values = Values(seed: 13)
        let rows = values.array(1000 * 37)
        func run(_ kernels: Kernels) -> [Float] {
            var sums = [Float](repeating: 1, count: 37)
            kernels.add_rows(rows, 37, 1000, 37, &sums)
            return sums
        }
        for kernels in Self.sets { #expect(largestError(run(kernels), run(ckernels_float_reference)) < 1e-5) }
    }
}

/// A product of random values.
struct ProductCase: Sendable, CustomTestStringConvertible {
    let rows: Int
    let depth: Int
    let columns: Int
    /// Runs of `depth` values that make a row, apart from each other.
    var runs = 1
    /// In place of the first row's first value.
    var poison: Float?
    /// The rows that are computed; nil: all.
    var some: Range<Int>?

    var testDescription: String { "\(rows)×\(runs)·\(depth)×\(columns)" }

    /// rows × columns results by a set of kernels.
    func run(_ kernels: ckernels_float_kernels, _ finish: ckernels_finish, _ accumulates: Bool) -> [Float] {
        var values = Values(seed: UInt64(rows + 100 * depth + 10_000 * columns))
        let width = kernels.panel_columns
        let padded = (columns + width - 1) / width * width
        // Rows of one run after another, then the next runs of all of them.
        let runStride = rows * (depth + 3) + 5
        var input = values.array(runs * runStride)
        if let poison { input[0] = poison }
        let whole = runs * depth
        let weights = values.array(whole * columns)
        var panels = [Float](repeating: 0, count: padded * whole)
        for column in 0..<columns {
            for k in 0..<whole {
                panels[column / width * width * whole + k * width + column % width] = weights[column * whole + k]
            }
        }
        let padding = [Float](repeating: 0, count: padded - columns)
        let (rowMemory, panelMemory) = (Memory(input), Memory(panels))
        let bias = Memory(values.array(columns) + padding)
        let scale = Memory(values.array(columns) + padding)
        let residual = Memory(values.array(rows * columns))
        let out = Memory(values.array(rows * columns))
        var product = ckernels_product(
            rows: rowMemory.base, row_stride: depth + 3, row_count: rows, depth: depth,
            runs: runs, run_stride: runStride, panels: panelMemory.base, panel_stride: width * whole,
            columns: columns, bias: accumulates ? nil : UnsafePointer(bias.base),
            out: out.base, out_stride: columns, finish: finish, scale: scale.base, residual: residual.base,
            residual_stride: columns, kept: nil, kept_stride: 0, kept_panel_stride: 0)
        if let some {
            product.rows += some.lowerBound * product.row_stride
            product.out += some.lowerBound * columns
            product.residual += some.lowerBound * columns
            product.row_count = some.count
        }
        kernels.product(&product)
        return out.values
    }
}

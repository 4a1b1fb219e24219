import CKernels
import Testing

/// Every kernel in every form that this CPU runs, against the plain loop beside it.
@Suite("Image kernels on every instruction set")
struct ImageKernelsTests {
    typealias Kernels = UnsafePointer<ckernels_image_kernels>

    /// Around the widths of vectors, and rows of real length.
    static let sizes = Array(0...70) + [95, 96, 97, 127, 128, 129, 191, 192, 255, 256, 257, 1000, 2294, 4099]
    static var forms: [(ckernels_instruction_set, Kernels)] {
        (0..<UInt32(ckernels_instruction_sets)).compactMap { number in
            ckernels_image_kernels_for(ckernels_instruction_set(number)).map { ($0.pointee.instructions, $0) }
        }
    }

    /// Rows of all sorts: noise, few values, one value, extremes, ramps, background with an edge.
    static func rows<Value: FixedWidthInteger & UnsignedInteger>(
        _ count: Int, _ random: inout SystemRandomNumberGenerator
    )
        -> [[Value]]
    {
        [
            (0..<count).map { _ in Value.random(in: .min ... .max, using: &random) },
            (0..<count).map { _ in Value.random(in: 0...2, using: &random) },
            [Value](repeating: .random(in: .min ... .max, using: &random), count: count),
            (0..<count).map { _ in Bool.random(using: &random) ? .max : .min },
            (0..<count).map { Value(truncatingIfNeeded: $0) },
            (0..<count).map { $0 < count * 2 / 3 ? 0 : Value.random(in: .min ... .max, using: &random) },
            (0..<count).map { _ in Value.max / 2 + Value.random(in: 0...1, using: &random) },
        ]
    }

    /// Runs `check` on every form, size, sort of row, and place in memory; `offset` elements before the row are not its.
    static func everywhere<Value: FixedWidthInteger & UnsignedInteger>(
        _ check: (_ kernels: Kernels, _ row: UnsafeBufferPointer<Value>) -> Void
    ) {
        var random = SystemRandomNumberGenerator()
        let forms = forms
        for size in sizes {
            for offset in [0, 1, 3] {
                for row in rows(size + offset, &random) as [[Value]] {
                    row.withUnsafeBufferPointer { row in
                        for (_, kernels) in forms { check(kernels, UnsafeBufferPointer(rebasing: row[offset...])) }
                    }
                }
            }
        }
    }

    @Test("The portable form is always there, and the best is the last")
    func table() {
        #expect(Self.forms.first?.0 == ckernels_portable)
        #expect(Self.forms.last?.0 == ckernels_best_instruction_set())
        #expect(Self.forms.last?.1 == ckernels_best_image_kernels())
    }

    @Test("Range, signed and unsigned")
    func range() {
        Self.everywhere { (kernels, row: UnsafeBufferPointer<UInt16>) in
            for flip: UInt16 in [0, 0x8000] {
                var (expected, found): ([UInt16], [UInt16]) = ([.max, 0], [.max, 0])
                ckernels_image_reference.range(row.baseAddress, row.count, flip, &expected)
                kernels.pointee.range(row.baseAddress, row.count, flip, &found)
                #expect(found == expected, "\(kernels.pointee.instructions) \(row.count)")
            }
        }
    }

    @Test("Histogram")
    func count() {
        Self.everywhere { (kernels, row: UnsafeBufferPointer<UInt8>) in
            var (expected, found) = (ckernels_histogram(), ckernels_histogram())
            ckernels_image_reference.count(row.baseAddress, row.count, &expected)
            kernels.pointee.count(row.baseAddress, row.count, &found)
            #expect(Self.sums(found) == Self.sums(expected), "\(kernels.pointee.instructions) \(row.count)")
        }
    }

    @Test("Threshold to bits")
    func above() {
        Self.everywhere { (kernels, row: UnsafeBufferPointer<UInt8>) in
            for threshold: UInt8 in [0, 1, 127, 128, 254, 255] {
                // A word more than there is need of shows what is written beyond the end.
                var expected = [UInt64](repeating: 0xABCD, count: (row.count + 63) / 64 + 1)
                var found = expected
                ckernels_image_reference.above(row.baseAddress, row.count, threshold, &expected)
                kernels.pointee.above(row.baseAddress, row.count, threshold, &found)
                #expect(found == expected, "\(kernels.pointee.instructions) \(row.count) \(threshold)")
            }
        }
    }

    @Test("Smoothing")
    func smooth() {
        var random = SystemRandomNumberGenerator()
        Self.everywhere { (kernels, row: UnsafeBufferPointer<UInt8>) in
            guard row.count > 0 else { return }
            let others: [[UInt8]] = Array(Self.rows(row.count, &random).shuffled().prefix(4))
            let flat = others.flatMap { $0 }
            flat.withUnsafeBufferPointer { flat in
                var around = (0..<4).map { number in flat.baseAddress.map { $0 + number * row.count } }
                around.insert(row.baseAddress, at: .random(in: 0...4))
                var sums = [UInt16](repeating: 0xABCD, count: row.count + 2 * Int(ckernels_smooth_margin) + 1)
                var expected = [UInt8](repeating: 0xAB, count: row.count + 1)
                var found = expected
                ckernels_image_reference.smooth(&around, row.count, &sums, &expected)
                kernels.pointee.smooth(&around, row.count, &sums, &found)
                #expect(found == expected, "\(kernels.pointee.instructions) \(row.count)")
                #expect(sums.last == 0xABCD)
            }
        }
    }

    @Test("Runs of bits")
    func runs() {
        for size in Self.sizes {
            for odds in [0.02, 0.5, 0.98, 1] {
                let set = (0..<size).map { _ in Double.random(in: 0..<1) < odds }
                var bits = [UInt64](repeating: 0, count: (size + 63) / 64)
                for (i, isSet) in set.enumerated() where isSet { bits[i / 64] |= 1 << (i % 64) }
                var runs = [ckernels_run](repeating: ckernels_run(), count: (size + 1) / 2)
                let count = ckernels_runs(bits, size, &runs)
                let found = runs.prefix(count)
                #expect(found.flatMap { Array($0.first..<$0.end) } == set.indices.filter { set[$0] }.map(UInt32.init))
                #expect(zip(found, found.dropFirst()).allSatisfy { $0.end < $1.first })
            }
        }
    }

    @Test("Look-up")
    func lookUp() {
        let values = (0..<4099).map { _ in UInt16.random(in: .min ... .max) } + [0, .max]
        let table = (0...UInt16.max).map { _ in UInt16.random(in: .min ... .max) }
        var wide = [UInt16](repeating: 0, count: values.count)
        ckernels_look_up_16(values, values.count, table, &wide)
        #expect(wide == values.map { table[Int($0)] })
        var narrow = [UInt8](repeating: 0, count: values.count)
        ckernels_look_up_8(values, values.count, table.map { UInt8(truncatingIfNeeded: $0) }, &narrow)
        #expect(narrow == values.map { UInt8(truncatingIfNeeded: table[Int($0)]) })
    }

    @Test(
        "Mirrored places",
        arguments: [(-2, 5, 2), (-1, 5, 1), (0, 5, 0), (5, 5, 3), (6, 5, 2), (-2, 2, 0), (3, 2, 1), (2, 1, 0)])
    func mirrored(_ place: Int, _ count: Int, _ expected: Int) {
        #expect(ckernels_mirrored(place, count) == expected)
    }

    private static func sums(_ histogram: ckernels_histogram) -> [UInt32] {
        withUnsafeBytes(of: histogram) { bytes in
            let counts = bytes.bindMemory(to: UInt32.self)
            return (0..<256).map { value in
                (0..<Int(ckernels_histogram_lanes)).reduce(0) { $0 + counts[$1 * 256 + value] }
            }
        }
    }
}

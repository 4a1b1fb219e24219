import MammoDICOM
import TestSupport
import Testing

@Suite("Our JPEG Lossless decoder against the source and DCMTK's")
struct JPEGLosslessTests {
    /// A small linear congruential generator: the same images on every run.
    struct Random {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    private func ours(_ stream: [UInt8], _ rows: Int, _ columns: Int) throws -> [UInt16] {
        try stream.withUnsafeBytes { (bytes) throws(DICOMError) in
            try JPEGLosslessDecoder.samples(of: bytes, rows: rows, columns: columns)
        }
    }

    private func dcmtk(_ stream: [UInt8], _ rows: Int, _ columns: Int, _ precision: Int) throws -> [UInt16] {
        try stream.withUnsafeBytes { (bytes) throws(DICOMError) in
            try DCMTKCodec.losslessSamples(of: bytes, rows: rows, columns: columns, precision: precision)
        }
    }

    /// Flat, smooth, noisy or wild, so that every category and length of code is met.
    private func samples(_ random: inout Random, _ count: Int, _ precision: Int) -> [UInt16] {
        let style = random.next(5)
        var value = random.next(1 << precision)
        return (0..<count).map { _ in
            switch style {
            case 0: break
            case 1: value += random.next(3) - 1
            case 2: value += random.next(65) - 32
            case 3: if random.next(20) == 0 { value = random.next(1 << precision) } else { value += random.next(5) - 2 }
            default: value = random.next(1 << precision)
            }
            value = min(max(value, 0), (1 << precision) - 1)
            return UInt16(value)
        }
    }

    @Test("Two thousand random images for each predictor", arguments: 1...7)
    func random(_ selection: Int) throws {
        var random = Random(state: UInt64(selection))
        for round in 0..<2000 {
            var encoder = JPEGLosslessEncoder(precision: 2 + random.next(15), selection: selection)
            let (rows, columns) = (1 + random.next(12), 1 + random.next(60))
            if random.next(3) == 0 { encoder.restartRows = 1 + random.next(4) }
            if random.next(5) == 0 { encoder.transform = random.next(min(4, encoder.precision - 1)) }
            encoder.rareFirst = random.next(4) == 0
            let source = samples(&random, rows * columns, encoder.precision)
            let stream = encoder.encode(source, rows: rows, columns: columns)
            let kept = source.map { ($0 >> UInt16(encoder.transform)) << UInt16(encoder.transform) }
            let found = try ours(stream, rows, columns)
            try #require(found == kept, "round \(round): \(encoder), \(rows)×\(columns)")
            if round % 4 == 0 {
                try #require(
                    try dcmtk(stream, rows, columns, encoder.precision) == kept, "DCMTK, round \(round): \(encoder)")
            }
        }
    }

    @Test("Cut off anywhere: refused, or the last bits were padding")
    func truncated() throws {
        var random = Random(state: 99)
        let source = samples(&random, 40 * 50, 12)
        var encoder = JPEGLosslessEncoder(precision: 12, selection: 1)
        encoder.restartRows = 8
        let stream = encoder.encode(source, rows: 40, columns: 50)
        for length in 4..<(stream.count - 3) {
            #expect(throws: DICOMError.self, "\(length) of \(stream.count)") {
                try ours(Array(stream[..<length]), 40, 50)
            }
        }
        #expect(try ours(Array(stream.dropLast(2)), 40, 50) == source)
    }

    @Test("Bytes changed at random: an image or an error, nothing else")
    func damaged() throws {
        var random = Random(state: 7)
        let source = samples(&random, 30 * 40, 14)
        let stream = JPEGLosslessEncoder(precision: 14, selection: 4).encode(source, rows: 30, columns: 40)
        var refused = 0
        for _ in 0..<5000 {
            var changed = stream
            for _ in 0...random.next(3) { changed[2 + random.next(changed.count - 2)] = UInt8(random.next(256)) }
            if (try? ours(changed, 30, 40)) == nil { refused += 1 }
        }
        #expect(refused > 0)
    }

    @Test("Tables and parameters that cannot be are refused")
    func headers() throws {
        let stream = JPEGLosslessEncoder(precision: 8, selection: 1).encode([1, 2, 3, 4], rows: 2, columns: 2)
        func with(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
            var copy = stream
            change(&copy)
            return copy
        }
        let table = 2 + 13 + 4
        let scan = try #require(stream.indices.first { stream[$0] == 0xFF && stream[$0 + 1] == 0xDA })
        #expect(try ours(stream, 2, 2) == [1, 2, 3, 4])
        for bad in [
            with { $0[table + 1] = 3 },  // three codes of one bit
            with { $0[table] = 0x10 },  // an AC table
            with { $0[scan + 7] = 0 }, with { $0[scan + 7] = 8 },  // predictors
            with { $0[scan + 9] = 8 },  // a point transform that leaves no bit
            with { $0[6] = 17 }, with { $0[6] = 1 },  // precision
            with { $0[scan + 6] = 0x10 },  // a table that is not there
        ] {
            #expect(throws: DICOMError.self) { try ours(bad, 2, 2) }
        }
        #expect(throws: DICOMError.self) { try ours(stream, 2, 3) }
    }
}

/// A plain JPEG Lossless encoder (ISO/IEC 10918-1 annex H) with canonical Huffman codes whose lengths the caller may
/// unbalance: every predictor, precision, point transform and restart interval that the decoder has to read.
package struct JPEGLosslessEncoder {
    package var precision: Int
    package var selection: Int
    package var transform = 0
    package var restartRows = 0
    /// Lengths are given to the categories in this order; nil for the most frequent first.
    package var rareFirst = false

    package init(precision: Int, selection: Int) {
        self.precision = precision
        self.selection = selection
    }

    package func encode(_ samples: [UInt16], rows: Int, columns: Int) -> [UInt8] {
        let differences = differences(samples.map { Int($0) >> transform }, rows: rows, columns: columns)
        let categories = differences.map { Int.bitWidth - abs($0).leadingZeroBitCount }
        var counts = [Int](repeating: 0, count: 17)
        for category in categories { counts[category] += 1 }
        var order = (0...16).filter { counts[$0] > 0 }.sorted { counts[$0] > counts[$1] }
        if rareFirst { order.reverse() }
        // Lengths 1, 2, … 14, then 16 for the few that are left: a prefix code with room over.
        let lengths = order.indices.map { $0 < 14 ? $0 + 1 : 16 }
        var codes = [(code: Int, length: Int)](repeating: (0, 0), count: 17)
        var code = 0
        for (i, category) in order.enumerated() {
            if i > 0 { code = (code + 1) << (lengths[i] - lengths[i - 1]) }
            codes[category] = (code, lengths[i])
        }

        var out: [UInt8] = [0xFF, 0xD8]
        out += [0xFF, 0xC3, 0, 11, UInt8(precision)] + word(rows) + word(columns) + [1, 1, 0x11, 0]
        out += [0xFF, 0xC4] + word(19 + order.count) + [0] + (1...16).map { n in UInt8(lengths.count { $0 == n }) }
        out += order.map(UInt8.init)
        if restartRows > 0 { out += [0xFF, 0xDD, 0, 4] + word(restartRows * columns) }
        out += [0xFF, 0xDA, 0, 8, 1, 1, 0, UInt8(selection), 0, UInt8(transform)]
        var bits = BitWriter()
        for (i, (difference, category)) in zip(differences, categories).enumerated() {
            if restartRows > 0 && i > 0 && i % (restartRows * columns) == 0 {
                bits.flush()
                bits.bytes += [0xFF, UInt8(0xD0 + (i / (restartRows * columns) - 1) % 8)]
            }
            bits.put(codes[category].code, codes[category].length)
            if category > 0 && category < 16 {
                bits.put(difference > 0 ? difference : difference + (1 << category) - 1, category)
            }
        }
        bits.flush()
        return out + bits.bytes + [0xFF, 0xD9]
    }

    private func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    private func differences(_ px: [Int], rows: Int, columns: Int) -> [Int] {
        (0..<rows * columns).map { i in
            let (y, x) = (i / columns, i % columns)
            let isFirst = y == 0 || (restartRows > 0 && y % restartRows == 0)
            let prediction: Int
            if isFirst {
                prediction = x == 0 ? 1 << (precision - transform - 1) : px[i - 1]
            } else if x == 0 {
                prediction = px[i - columns]
            } else {
                let (a, b, c) = (px[i - 1], px[i - columns], px[i - columns - 1])
                prediction = [a, b, c, a + b - c, a + (b - c) >> 1, b + (a - c) >> 1, (a + b) >> 1][selection - 1]
            }
            let difference = (px[i] - prediction) & 0xFFFF
            return difference > 0x8000 ? difference - 0x10000 : difference
        }
    }
}

private struct BitWriter {
    var bytes: [UInt8] = []
    private var hold: UInt64 = 0
    private var count = 0

    mutating func put(_ value: Int, _ length: Int) {
        hold = hold << UInt64(length) | UInt64(value)
        count += length
        while count >= 8 {
            count -= 8
            let byte = UInt8(truncatingIfNeeded: hold >> UInt64(count))
            bytes.append(byte)
            if byte == 0xFF { bytes.append(0) }
        }
    }

    mutating func flush() {
        if count > 0 { put((1 << (8 - count)) - 1, 8 - count) }
    }
}

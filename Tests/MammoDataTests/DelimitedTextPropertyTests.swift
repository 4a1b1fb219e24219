import MammoData
import Testing

@Suite("Tables against a plain reader, on random bytes")
struct DelimitedTextPropertyTests {
    /// What stands between fields, the parts of fields, and what is wrong with a table.
    private static let pieces: [[UInt8]] =
        [",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", ";", " ", "\t", "a", "1", "0.5", "x y", "é", "東", "🙂"]
        .map { Array($0.utf8) } + [
            [0xFF], [0xC3], [0xE6, 0x9D], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        ]

    private static func check(_ bytes: [UInt8], separator: Unicode.Scalar = ",") {
        let plain = Result { () throws(DataError) in
            try PlainTableReader.records(bytes, path: "t.csv", separator: UInt8(ascii: separator))
        }
        let found = Result { () throws(DataError) in
            let text = try DelimitedText(bytes, path: "t.csv", separator: separator)
            return ([text.header] + text.records).map { PlainTableReader.Record(line: $0.line, fields: $0.fields) }
        }
        #expect(found == plain, "\(bytes)")
    }

    @Test("Any bytes: the same records and lines, or the same refusal")
    func anyBytes() {
        var random = SplitMix64(seed: 11)
        for round in 0..<20_000 {
            // Of half of the tables all bytes are UTF-8.
            let known = round % 2 == 0 ? Self.pieces : Self.pieces.dropLast(6)
            let count = random.next(below: 30)
            Self.check(Array((0..<count).map { _ in known[random.next(below: known.count)] }.joined()))
        }
    }

    @Test("Whole tables: fields of any text, quoted or not, with any line ends, blank lines and a byte-order mark")
    func wholeTables() throws {
        var random = SplitMix64(seed: 12)
        let texts = ["", "a", "-1.5", " x ", "é,東", "\"q\"", "l\nm", "\r\n", "🙂🙂🙂", "ein langes Feld mit Blanks"]
        for _ in 0..<5_000 {
            let (columns, rows) = (1 + random.next(below: 5), random.next(below: 12))
            var (table, bytes) = ([[String]](), random.next(below: 4) == 0 ? [0xEF, 0xBB, 0xBF] : [UInt8]())
            let separator: Unicode.Scalar = random.next(below: 3) == 0 ? ";" : ","
            for _ in 0...rows {
                // A first field without any text would make a blank line.
                let fields = (0..<columns).map { place in
                    columns == 1 && place == 0 ? "f" : texts[random.next(below: texts.count)]
                }
                let written = fields.map { field in
                    let isPlain = !field.contains { ",;\"\n\r\r\n".contains($0) } && random.next(below: 3) > 0
                    return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
                }
                bytes += Array(written.joined(separator: String(separator)).utf8)
                bytes += Array(["\n", "\r\n", "\r", "\n\n"][random.next(below: 4)].utf8)
                table.append(fields)
            }
            let text = try DelimitedText(bytes, path: "t.csv", separator: separator)
            #expect([text.header.fields] + text.records.map(\.fields) == table)
            Self.check(bytes, separator: separator)
        }
    }

    @Test("Records of another length are put aside where they are to be, and the others stay")
    func uneven() throws {
        let text = try DelimitedText(
            Array("a,b\n1,2\n3\n4,5\n6,\"7\n7\",8\n9,\n".utf8), path: "t.csv", keepsUneven: true)
        #expect(text.records.map(\.fields) == [["1", "2"], ["4", "5"], ["9", ""]])
        #expect(text.records.map(\.line) == [2, 4, 7])
        #expect(text.uneven.map(\.fields) == [["3"], ["6", "7\n7", "8"]] && text.uneven.map(\.line) == [3, 5])
    }
}

extension Result where Success == [PlainTableReader.Record], Failure == DataError {
    /// Without the wrapping of a throwing closure.
    fileprivate init(_ body: () throws(DataError) -> Success) {
        do throws(DataError) { self = .success(try body()) } catch { self = .failure(error) }
    }
}

import MammoData
import Testing

@Suite("Numbers and ids of a record's bytes")
struct FieldTests {
    private func records(_ fields: [String]) throws -> DelimitedText.Records {
        try DelimitedText(path: "t", rows: [(1, ["f"])] + fields.map { (2, [$0]) }).records
    }

    private func check(_ fields: [String]) throws {
        for (record, field) in zip(try records(fields), fields) {
            #expect(record.double(0)?.bitPattern == Double(field.trimmed)?.bitPattern, "\(field)")
            #expect(record.integer(0) == Int(field.trimmed), "\(field)")
            #expect(record.trimmed(0) == field.trimmed && record.isTrimmed(0) == (field == field.trimmed), "\(field)")
        }
    }

    @Test("What Swift's own readers take and what they do not")
    func odd() throws {
        try check([
            "", "0", "-0", "-0.0", "+1", "+1.5", "1.", ".5", "-.5", "-", "+", ".", "1..2", "1.2.3", "1e5", "1E-5", "1e",
            "0x1p3",
            "inf", "-inf", "nan", "infinity", "1_0", "1,5", " 1.5", "1.5 ", " 7 ", "１", "007", "0.1",
            "0.30000000000000004",
            "9007199254740993", "9007199254740993.0", "18446744073709551615", "18446744073709551616",
            "9223372036854775807",
            "9223372036854775808", "0.000000000000000000000000001", "0.0000000000000000000000000001",
            "999999999999999999.9", "9999999999999999999", "99999999999999999999", "1e400", "1e-400", "4.9e-324",
            "123456789012345678", "1234567890123456789", "-99999999999999999999.5",
        ])
    }

    @Test("Random numbers, written short and with all digits, bit by bit as Double(String)")
    func random() throws {
        var random = SplitMix64(seed: 5)
        var fields: [String] = []
        for _ in 0..<20_000 {
            let share = Double(random.next() >> 11) * 0x1p-53
            fields += ["\(share)", "\(share * 1e-3)", "\(Float(share))", "-\(share * 1000)"]
            // Digits at and beside the middle between two numbers, and any others.
            let digits = String(random.next() % 10_000_000_000_000_000_000)
            let point = digits.index(digits.startIndex, offsetBy: random.next(below: digits.count) + 1)
            fields += ["\(digits[..<point]).\(digits[point...])0", "0.\(digits)", "0.0000000\(digits)", digits]
        }
        try check(fields)
    }

    @Test("Halfway between two numbers the even one, as Double(String)")
    func halfway() throws {
        // 53 bits and a half of one: their decimal fractions have few digits where the exponent is small.
        var random = SplitMix64(seed: 6)
        let fields = (0..<2_000).flatMap { _ in
            let odd = (1 << 53) + 2 * (random.next() % (1 << 51)) + 1
            let tenths = (odd / 2, odd % 2 * 5)
            return ["\(odd)", "\(tenths.0).\(tenths.1)", "\(tenths.0).\(tenths.1)1", "\(odd).0"]
        }
        try check(fields)
    }

    @Test("Symbols: one for each text, in the order of first sight")
    func symbols() {
        var random = SplitMix64(seed: 7)
        var (table, numbers, order) = (SymbolTable(), [String: Int](), [String]())
        for _ in 0..<50_000 {
            let id = String(repeating: "p", count: random.next(below: 20)) + "\(random.next(below: 5_000))"
            let symbol = table.intern(id)
            let number = numbers[id] ?? order.count
            if number == order.count {
                numbers[id] = number
                order.append(id)
            }
            #expect(symbol.index == number)
        }
        #expect(table.count == order.count)
        #expect(order.indices.allSatisfy { table.text(Symbol(number: Int32($0))) == order[$0] })
        var other = SymbolTable()
        _ = other.intern("nowhere")
        let known = other.intern(order[3])
        #expect(table.symbols(of: other) == [.absent, Symbol(number: 3)] && known.index == 1)
    }

    @Test("A patient of a breast's id, and canonically equal texts of different bytes, which are two ids")
    func parts() {
        var table = SymbolTable()
        let breast = table.intern("a_b_L")
        let patient = table.internPrefix(of: breast, beforeLast: UInt8(ascii: "_"))
        #expect(table.text(patient) == "a_b")
        let whole = table.intern("ab")
        #expect(table.internPrefix(of: whole, beforeLast: UInt8(ascii: "_")) == whole)
        #expect(table.intern("\u{E9}") != table.intern("e\u{301}"))
    }
}

import MammoData
import Testing

@Suite("Comma-separated text")
struct DelimitedTextTests {
    private func records(_ text: String) throws -> [[String]] {
        let parsed = try DelimitedText(Array(text.utf8), path: "t.csv")
        return [parsed.header.fields] + parsed.records.map(\.fields)
    }

    @Test(
        "Every way to write the same table",
        arguments: [
            "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "\u{FEFF}a,b\n1,2\n3,4", "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n",
            "\n\na,b\n\n1,2\r\n\r\n3,4\n\n", "a,b\r1,2\r3,4\r",
        ])
    func forms(_ text: String) throws { #expect(try records(text) == [["a", "b"], ["1", "2"], ["3", "4"]]) }

    @Test("Quotes, commas and line breaks in quoted fields; empty fields")
    func quoted() throws {
        #expect(
            try records("a,b,c\n\"x,\"\"y\"\"\",\"p\r\nq\",\n,,\n") == [
                ["a", "b", "c"], ["x,\"y\"", "p\r\nq", ""], ["", "", ""],
            ])
    }

    @Test("Lines are counted through quoted line breaks")
    func lines() throws {
        let parsed = try DelimitedText(Array("a,b\n\"1\n1\",2\n\n3,4\n".utf8), path: "t.csv")
        #expect(parsed.records.map(\.line) == [2, 5])
    }

    @Test(
        "Refused with the line",
        arguments: [
            ("a,b\n1,2\n3\n", "t.csv:3: 1 fields, expected 2 as in the header"),
            ("a,b\n1,2,3\n", "t.csv:2: 3 fields, expected 2 as in the header"),
            ("a,b\n1,\"2\n3,4\n", "t.csv:2: a quoted field is not closed"),
            ("a,b\n\"1\"x,2\n", "t.csv:2: text after a closing quote, expected a comma"),
            ("", "t.csv: the table is empty"), ("\n\r\n", "t.csv: the table is empty"),
        ])
    func refused(_ text: String, _ says: String) throws {
        let error = #expect(throws: DataError.self) { try records(text) }
        #expect(try #require(error).description == says)
    }
}

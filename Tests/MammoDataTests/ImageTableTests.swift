import MammoData
import Testing

@Suite("train.csv and test.csv")
struct ImageTableTests {
    private func table(_ text: String, _ need: ImageTable.Need = .labels) throws -> ImageTable {
        try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: need)
    }

    @Test("Columns are found by name, in any order, blanks and all")
    func columns() throws {
        let rows = try table("site, cancer ,image_id,patient_id\n1,0, 7 ,10\n1,1.0,8,10\n2,True,7,11\n").rows
        #expect(rows.map(\.relativePath) == ["10/7.dcm", "10/8.dcm", "11/7.dcm"])
        #expect(rows.map(\.cancer) == [false, true, true])
    }

    @Test("A table without labels will do where none are needed")
    func unlabelled() throws {
        #expect(try table("patient_id,image_id\n1,2\n", .images).rows.map(\.cancer) == [nil])
        #expect(try table("patient_id,image_id,cancer\n1,2,\n", .images).rows.map(\.cancer) == [nil])
    }

    @Test(
        "Refused with line and reason",
        arguments: [
            ("patient_id,image\n1,2\n", "t.csv:1: no column image_id; the columns are patient_id, image"),
            ("patient_id,image_id\n1,2\n", "t.csv:1: no column cancer; the columns are patient_id, image_id"),
            ("patient_id,image_id,patient_id,cancer\n1,2,3,0\n", "t.csv:1: column patient_id occurs twice"),
            (
                "patient_id,image_id,cancer\n1,2,0\n1,3,0\n\n1,2,0\n",
                "t.csv:5: image_id 2 of patient 1 is already on line 2"
            ),
            ("patient_id,image_id,cancer\n1,,0\n", "t.csv:2: image_id is empty"),
            ("patient_id,image_id,cancer\n ,1,0\n", "t.csv:2: patient_id is empty"),
            ("patient_id,image_id,cancer\n1,2,\n", "t.csv:2: cancer is empty, expected 0 or 1"),
            ("patient_id,image_id,cancer\n1,2,2\n", "t.csv:2: cancer is '2', expected 0 or 1"),
            ("patient_id,image_id,cancer\n..,2,0\n", "t.csv:2: patient_id '..' cannot be part of a file name"),
            ("patient_id,image_id,cancer\n1,a/b,0\n", "t.csv:2: image_id 'a/b' cannot be part of a file name"),
            ("patient_id,image_id,cancer\n", "t.csv: the table has a header and no rows"),
        ])
    func refused(_ text: String, _ says: String) throws {
        let error = #expect(throws: DataError.self) { try table(text) }
        #expect(try #require(error).description == says)
    }

    @Test("Ids that differ in bytes alone are two ids")
    func canonicallyEqual() throws {
        #expect(try table("patient_id,image_id,cancer\n\u{E9},1,0\ne\u{301},1,0\n").rows.count == 2)
    }

    @Test("What is no UTF-8 is refused with its line")
    func encoding() throws {
        let latin = Array("patient_id,image_id\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A]
        #expect(throws: DataError.line(path: "t", line: 2, reason: "bytes that are not UTF-8; save the table as UTF-8"))
        {
            try DelimitedText(latin, path: "t")
        }
        #expect(throws: DataError.table(path: "t", reason: "the table is in UTF-16; save it as UTF-8")) {
            try DelimitedText([0xFF, 0xFE, 0x61, 0x00], path: "t")
        }
    }
}

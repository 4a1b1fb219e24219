import MammoData
import Testing
import TestSupport

@Suite("Spreadsheets")
struct SpreadsheetTests {
    private func events(_ text: String) throws -> [XMLScanner.Event] {
        var scanner = XMLScanner(Array(text.utf8))
        var events: [XMLScanner.Event] = []
        while let event = try scanner.next() { events.append(event) }
        return events
    }

    @Test("Elements, attributes, references, comments and character data")
    func elements() throws {
        let text = """
            \u{FEFF}<?xml version="1.0"?><!-- <no> --><x:a r:b="1&amp;2" c = '>'><d/>&lt;&#65;&#x42;<![CDATA[<&>]]></x:a >
            """
        #expect(
            try events(text) == [
                .start("a", ["b": "1&2", "c": ">"]), .start("d", [:]), .end("d"), .text("<AB"), .text("<&>"), .end("a"),
            ])
    }

    @Test(
        "What is no such document is refused",
        arguments: [
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><b></a>", "<a", "<a>", "</a>", "<a b=1/>", "<a b/>",
            "<a>&b;</a>", "<a>&amp</a>", "<a>&#xD800;</a>", "< a/>", "<a><![CDATA[</a>",
            String(repeating: "<a>", count: 100),
        ])
    func refused(_ text: String) { #expect(throws: XMLScanner.Problem.self) { try events(text) } }

    @Test("Openpyxl's workbook: texts in several runs, numbers, empty cells, the first sheet")
    func workbook() throws {
        let rows = try Spreadsheet(path: Fixtures.path("tables/cmmd.xlsx")).rows
        #expect(
            rows[0].fields == ["ID1", "LeftRight", "Age", "number", "abnormality", "classification", "subtype"]
                && rows[0].line == 1)
        #expect(rows[1].fields == ["D1-0001", "L", "50", "2", "calcification & mass <both>", "Benign", ""])
        #expect(rows.count == 15 && rows.allSatisfy { $0.fields.count == 7 } && rows[14].line == 15)
        #expect(rows[14].fields == ["D1-0006", "L", "51", "2", "mass", "", ""])
    }

    /// A workbook as Excel writes one: texts in a table of their own, rows and cells left out.
    private func excel(_ sheet: String, in folder: TemporaryFolder) throws -> String {
        let path = "\(folder.path)/book.xlsx"
        let archive = try ZipWriter(path: path)
        let members = [
            "xl/workbook.xml": "<workbook><sheets><sheet name='s' sheetId='4' r:id='rId9'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": """
            <Relationships><Relationship Id="rId1" Target="styles.xml"/>\
            <Relationship Id="rId9" Target="worksheets/sheet7.xml"/></Relationships>
            """,
            "xl/sharedStrings.xml":
                "<sst><si><t>a</t></si><si/><si><r><t>東</t></r><r><t xml:space='preserve'> b</t></r>"
                + "<rPh sb='0' eb='1'><t>ひがし</t></rPh></si></sst>",
            "xl/worksheets/sheet7.xml": "<worksheet><sheetData>\(sheet)</sheetData></worksheet>",
        ]
        for (name, text) in members.sorted(by: { $0.key < $1.key }) { try archive.add(Array(text.utf8), as: name) }
        try archive.finish()
        return path
    }

    @Test("Excel's workbook: shared texts, gaps, formulas")
    func shared() throws {
        let folder = try TemporaryFolder()
        let path = try excel(
            """
            <row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>2</v></c></row><row r="3"/>\
            <row r="5"><c r="B5" t="str"><f>A1&amp;"x"</f><v>fx</v></c><c r="AA5"><v>1.5</v></c><c t="b"><v>1</v></c></row>
            """, in: folder)
        let rows = try Spreadsheet(path: path).rows
        #expect(rows.map(\.line) == [2, 5] && rows.allSatisfy { $0.fields.count == 28 })
        #expect(rows[0].fields.prefix(4) == ["a", "", "東 b", ""])
        #expect(rows[1].fields[1] == "fx" && rows[1].fields[26] == "1.5" && rows[1].fields[27] == "1")
        let text = try SourceTable.read(path) { _ in Issue.record("no row is bad") }
        #expect(text.header.line == 2 && text.records.map(\.line) == [5])
    }

    @Test(
        "A broken workbook is named",
        arguments: [
            ("<row><c r='A1' t='s'><v>3</v></c></row>", "refers to text 3, of which there are 3"),
            ("<row><c r='ABCD1'><v>3</v></c></row>", "the cell reference 'ABCD1'"),
            ("<row>", "</sheetData> ends what it did not begin"),
        ])
    func broken(_ sheet: String, _ says: String) throws {
        let folder = try TemporaryFolder()
        let path = try excel(sheet, in: folder)
        let error = #expect(throws: DataError.self) { try Spreadsheet(path: path) }
        let text = try #require(error).description
        #expect(text.hasPrefix("\(path): ") && text.contains(says), "\(text)")
    }

    @Test("What is no workbook is refused, an .xls with the command that converts it")
    func otherFiles() throws {
        let folder = try TemporaryFolder()
        let old = "\(folder.path)/old.xls"
        try Files.write([0xD0, 0xCF, 0x11, 0xE0, 0xA1], to: old)
        let error = #expect(throws: DataError.self) { try SourceTable.read(old) { _ in } }
        #expect(try #require(error).description.hasSuffix("convert it: soffice --headless --convert-to csv '\(old)'"))
        let cut = "\(folder.path)/cut.xlsx"
        try Files.write(Array(try Files.read(Fixtures.path("tables/cmmd.xlsx")).prefix(3000)), to: cut)
        #expect(throws: DataError.self) { try SourceTable.read(cut) { _ in } }
        var damaged = try Files.read(Fixtures.path("tables/cmmd.xlsx"))
        for place in 2200..<2400 { damaged[place] ^= 0x5A }
        try Files.write(damaged, to: cut)
        #expect(throws: DataError.self) { try SourceTable.read(cut) { _ in } }
    }

    @Test("Semicolons and tabs separate fields where the header has them", arguments: [";", "\t"])
    func separators(_ separator: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a\(separator)b\n1,5\(separator)\"x\(separator)y\"\n1\n", to: "t.csv")
        var bad: [String] = []
        let text = try SourceTable.read(path) { bad.append($0.description) }
        #expect(text.header.fields == ["a", "b"] && text.records.map(\.fields) == [["1,5", "x\(separator)y"]])
        #expect(bad == ["\(path):3: 1 fields, expected 2 as in the header"])
    }
}

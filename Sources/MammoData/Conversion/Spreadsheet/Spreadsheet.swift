/// The first sheet of an .xlsx file (ECMA-376, Office Open XML) as rows of texts: what `pandas.read_excel` reads without
/// further arguments. Numbers are as the file writes them, dates as the numbers that they are.
package struct Spreadsheet {
    /// One row, and its number in the sheet, counted from 1.
    package typealias Row = (line: Int, fields: [String])

    /// Rows with a text in any cell, in the sheet's order; all as long as the longest.
    package let rows: [Row]

    /// Reads a file.
    ///
    /// - Throws: `DataError.table`.
    package init(path: String) throws(DataError) {
        do {
            let archive = try ZipReader(path: path)
            func member(_ name: String) throws -> [UInt8] {
                guard let bytes = try archive.member(name) else {
                    throw XMLScanner.Problem(reason: "has no \(name), which an .xlsx file has; save the table as CSV")
                }
                return bytes
            }
            let texts = try archive.member("xl/sharedStrings.xml").map(Self.sharedTexts) ?? []
            let name = try Self.firstSheet(member("xl/workbook.xml"), member("xl/_rels/workbook.xml.rels"))
            rows = try Self.rows(member(name), texts)
        } catch let error as XMLScanner.Problem {
            throw .table(path: path, reason: "\(error.reason)")
        } catch let error as DataError {
            throw error
        } catch {
            preconditionFailure("nothing else is thrown")
        }
    }

    /// The name of the member that holds the workbook's first sheet.
    private static func firstSheet(_ workbook: [UInt8], _ relations: [UInt8]) throws -> String {
        var scanner = XMLScanner(workbook)
        var id: String?
        while id == nil, let event = try scanner.next() {
            // r:id, without its prefix.
            if case .start("sheet", let attributes) = event { id = attributes["id"] }
        }
        guard let id else { throw XMLScanner.Problem(reason: "the workbook has no sheet") }
        scanner = XMLScanner(relations)
        while let event = try scanner.next() {
            guard case .start("Relationship", let attributes) = event, attributes["Id"] == id,
                let target = attributes["Target"]
            else { continue }
            return target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
        }
        throw XMLScanner.Problem(reason: "the workbook's first sheet is not in the file")
    }

    /// The texts that cells refer to by number.
    private static func sharedTexts(_ bytes: [UInt8]) throws -> [String] {
        var scanner = XMLScanner(bytes)
        var texts: [String] = []
        while let event = try scanner.next() {
            if event.begins("si") { texts.append(try text(&scanner, until: "si")) }
        }
        return texts
    }

    /// The text of an element: of all its runs, without the notes on how to pronounce them.
    private static func text(_ scanner: inout XMLScanner, until end: String) throws -> String {
        var (text, isText, notes) = ("", false, 0)
        while let event = try scanner.next() {
            switch event {
            case .end(end): return text
            case .start("rPh", _): notes += 1
            case .end("rPh"): notes -= 1
            case .start("t", _): isText = true
            case .end("t"): isText = false
            case .text(let part) where isText && notes == 0: text += part
            default: break
            }
        }
        return text
    }

    private static func rows(_ sheet: [UInt8], _ texts: [String]) throws -> [Row] {
        var scanner = XMLScanner(sheet)
        var rows: [Row] = []
        var (line, fields) = (0, [String]())
        while let event = try scanner.next() {
            switch event {
            case .start("row", let attributes):
                line = attributes["r"].flatMap { Int($0) } ?? line + 1
                fields = []
            case .start("c", let attributes):
                let column = try attributes["r"].map(Self.column) ?? fields.count
                let value = try cell(&scanner, attributes["t"] ?? "n", texts)
                while fields.count <= column { fields.append("") }
                fields[column] = value
            case .end("row"):
                if fields.contains(where: { !$0.trimmed.isEmpty }) { rows.append((line, fields)) }
            default: break
            }
        }
        let width = rows.map(\.fields.count).max() ?? 0
        return rows.map { ($0.line, $0.fields + Array(repeating: "", count: width - $0.fields.count)) }
    }

    private static func cell(_ scanner: inout XMLScanner, _ kind: String, _ texts: [String]) throws -> String {
        var (value, isValue) = ("", false)
        while let event = try scanner.next(), event != .end("c") {
            switch event {
            case .start("is", _): return try whole(text(&scanner, until: "is"), &scanner)
            case .start("v", _): isValue = true
            case .end("v"): isValue = false
            case .text(let part) where isValue: value += part
            default: break
            }
        }
        guard kind == "s" else { return value }
        guard let number = Int(value.trimmed), texts.indices.contains(number) else {
            throw XMLScanner.Problem(reason: "a cell refers to text \(value), of which there are \(texts.count)")
        }
        return texts[number]
    }

    /// Goes on to the cell's end.
    private static func whole(_ text: String, _ scanner: inout XMLScanner) throws -> String {
        while let event = try scanner.next(), event != .end("c") {}
        return text
    }

    /// The column of a cell's reference, from 0: `A1` is in 0, `AA7` in 26.
    private static func column(_ reference: String) throws -> Int {
        let letters = reference.utf8.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard (1...3).contains(letters.count) else {
            throw XMLScanner.Problem(reason: "the cell reference '\(reference)', expected one such as B2")
        }
        return letters.reduce(0) { $0 * 26 + Int($1 - UInt8(ascii: "A")) + 1 } - 1
    }
}

extension XMLScanner.Event {
    /// Whether an element of a name begins.
    fileprivate func begins(_ name: String) -> Bool { if case .start(name, _) = self { true } else { false } }
}

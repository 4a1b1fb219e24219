import MammoData
import MammoImage
import TestSupport

/// A folder of small PNGs with a table of them: image i of patient i / 2, every fifth patient with cancer.
struct TrainingImages {
    let folder: TemporaryFolder
    let table: ImageTable

    init(_ count: Int = 40, rows: Int = 24, columns: Int = 12) throws {
        folder = try TemporaryFolder()
        table = try Self.table((0..<count).map { (String($0 / 2), $0 / 2 % 5 == 0) })
        for (number, row) in table.rows.enumerated() {
            try write(GrayImage(rows: rows, columns: columns, pixels: pixels(number, rows * columns)), row)
        }
    }

    /// A table with a row for each patient and label.
    static func table(_ rows: [(patient: String, cancer: Bool)]) throws -> ImageTable {
        let lines = rows.enumerated().map { "\($1.patient),\($0),\($1.cancer ? 1 : 0)\n" }.joined()
        return try table("patient_id,image_id,cancer\n" + lines)
    }

    static func table(_ text: String) throws -> ImageTable {
        try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: .labels)
    }

    func write(_ image: GrayImage, _ row: ImageTable.Row) throws {
        try Files.write(PNGEncoder.encode(image), to: "\(folder.path)/\(row.outputName)")
    }

    func source() throws -> PNGFolder { try PNGFolder(folder.path, expecting: nil, force: false) }

    /// A line of the folder's manifest for a row.
    func list(_ row: ImageTable.Row, _ parameters: PreprocessParameters, error: String? = nil) throws {
        var entry = ManifestEntry(
            output: row.outputName, input: row.relativePath, inputBytes: 1, inputModified: 1, parameters: parameters,
            seconds: 1, version: "test")
        entry.error = error
        try Manifest(folder: folder.path).append(entry)
    }

    private func pixels(_ number: Int, _ count: Int) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(number))
        return (0..<count).map { _ in UInt8(random.next(below: 256)) }
    }
}

/// What a refusal says; nil where there is none.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return "\(error)" }
}

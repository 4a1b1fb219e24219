import MammoData
import MammoTrain

/// Some rows of the table with labels, as a table with the same columns.
package enum TableRows {
    /// Writes those whose fold is left out of training.
    ///
    /// - Parameter settings: The table, the fold, and where the folds and the rows lie.
    /// - Throws: `DataError` where table and folds cannot be read or do not fit, or where the file cannot be written.
    package static func writeHeldOut(_ settings: RunSettings) throws(DataError) {
        try write(to: settings.files.validation, of: settings.table) { table throws(DataError) in
            let split = try TrainingSplit(table, .file(settings.files.folds), fold: settings.training.fold)
            return Set(split.validation.map(\.relativePath))
        }
    }

    /// Writes those whose images are not FOR PROCESSING.
    ///
    /// - Parameters:
    ///   - settings: The table, the images, and where the rows lie.
    ///   - workers: How many headers are read at a time.
    /// - Returns: How many images were left out of which folder.
    /// - Throws: `DataError` where the table cannot be read, the file cannot be written, or no row is left.
    package static func writePresentation(_ settings: RunSettings, workers: Int) throws(DataError) -> ProcessingCount {
        var count = ProcessingCount()
        try write(to: settings.files.table, of: settings.csv) { table throws(DataError) in
            let (left, found) = table.forProcessing(below: settings.images, workers: workers)
            count = found
            let kept = Set(table.rows.map(\.relativePath)).subtracting(left)
            guard !kept.isEmpty else {
                throw .table(path: table.path, reason: "all images are FOR PROCESSING; set presentation_only: false")
            }
            return kept
        }
        return count
    }

    private static func write(
        to path: String, of source: String, _ kept: (ImageTable) throws(DataError) -> Set<String>
    ) throws(DataError) {
        let text = try DelimitedText(Files.read(source), path: source)
        let table = try ImageTable(text, need: .labels)
        let kept = try kept(table)
        // A table has a row for each record.
        let records = zip(text.records, table.rows).filter { kept.contains($1.relativePath) }.map(\.0)
        let lines = ([text.header] + records).map { record in
            record.fields.map(DelimitedText.quoted).joined(separator: ",") + "\n"
        }
        try Files.write(Array(lines.joined().utf8), to: path)
    }
}

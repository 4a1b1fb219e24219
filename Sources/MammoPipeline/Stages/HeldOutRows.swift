import MammoData
import MammoTrain

/// The rows of a table whose fold is left out of training, as a table with the same columns.
package enum HeldOutRows {
    /// Writes them.
    ///
    /// - Parameter settings: The table, the fold, and where the folds and the rows lie.
    /// - Throws: `DataError` where table and folds cannot be read or do not fit, or where the file cannot be written.
    package static func write(_ settings: RunSettings) throws(DataError) {
        let files = settings.files
        let text = try DelimitedText(Files.read(settings.csv), path: settings.csv)
        let table = try ImageTable(text, need: .labels)
        let split = try TrainingSplit(table, .file(files.folds), fold: settings.training.fold)
        let heldOut = Set(split.validation.map(\.relativePath))
        // A table has a row for each record.
        let records = zip(text.records, table.rows).filter { heldOut.contains($1.relativePath) }.map(\.0)
        let lines = ([text.header] + records).map { record in
            record.fields.map(DelimitedText.quoted).joined(separator: ",") + "\n"
        }
        try Files.write(Array(lines.joined().utf8), to: files.validation)
    }
}

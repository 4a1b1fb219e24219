import FoundationEssentials

/// The files that `mammo split` leaves for the other commands.
public enum SplitFiles {
    /// What `split.json` says, under sorted keys.
    public struct Summary: Codable, Equatable, Sendable {
        /// The unit that was kept whole: `image` or `patient`.
        public var by: String
        /// The table as it was named.
        public var csv: String
        /// Images in the table.
        public var images: Int
        /// Patients in the table.
        public var patients: Int
        /// Patients with images in more than one part.
        public var patientsDivided: Int
        /// Images in each part.
        public var sizes: [Int]

        enum CodingKeys: String, CodingKey {
            case by, csv, images, patients, sizes
            case patientsDivided = "patients_divided"
        }
    }

    /// Writes `part-0.txt`, `part-1.txt`, …: one `patient/image.dcm` a line, or, where the table says otherwise, the file's
    /// path and behind a tab the PNG's name; and `split.json`, last, when all are there.
    ///
    /// - Throws: `DataError.unwritable`.
    public static func write(
        _ parts: Parts, of table: ImageTable, by unit: String, to folder: String
    ) throws(DataError) -> Summary {
        try Files.makeFolder(folder)
        for (number, rows) in parts.rows.enumerated() {
            var text = ""
            for row in rows { text += ListLine.text(of: table.rows[row]) + "\n" }
            try Files.write(Array(text.utf8), to: "\(folder)/part-\(number).txt")
        }
        // Parts that an earlier split into more left behind would be taken for parts of this one.
        var stale = parts.rows.count
        while Files.remove("\(folder)/part-\(stale).txt") { stale += 1 }
        let patients = table.patientNumbers()
        let summary = Summary(
            by: unit, csv: table.path, images: table.rows.count, patients: Set(patients).count,
            patientsDivided: parts.patientsDivided(patients), sizes: parts.rows.map(\.count))
        try Files.write(JSONText.pretty(summary), to: "\(folder)/split.json")
        return summary
    }

    /// Writes `folds.csv`: patient_id,image_id,cancer,fold in the table's order.
    ///
    /// - Parameters:
    ///   - folds: The fold of each row.
    ///   - table: The rows.
    ///   - folder: Created where it does not exist.
    ///   - force: Replaces a file that holds other folds.
    /// - Throws: `DataError.otherFolds` where the folder has other folds, unless `force`; `.unwritable`.
    public static func write(
        _ folds: StratifiedGroupFolds, of table: ImageTable, to folder: String, force: Bool = false
    ) throws(DataError) {
        try Files.makeFolder(folder)
        let path = "\(folder)/folds.csv"
        var text = "patient_id,image_id,cancer,fold\n"
        for (row, fold) in zip(table.rows, folds.foldOfRow) {
            let cancer = row.cancer == true ? 1 : 0
            text += "\(DelimitedText.quoted(row.patientID)),\(DelimitedText.quoted(row.imageID)),\(cancer),\(fold)\n"
        }
        let bytes = Array(text.utf8)
        if !force, Files.status(of: path) != nil {
            let found = try Files.read(path)
            if found == bytes { return }
            throw .otherFolds(path: path, found: difference(of: found, from: folds, of: table))
        }
        try Files.write(bytes, to: path)
    }

    /// How the folds of a file differ from those that were computed.
    private static func difference(
        of bytes: [UInt8], from folds: StratifiedGroupFolds, of table: ImageTable
    ) -> String {
        guard let text = try? DelimitedText(bytes, path: "folds.csv"), let there = try? FoldTable(text) else {
            return "something else than folds"
        }
        let count = Set(there.foldOfPatient.values).count
        let moved = zip(table.rows, folds.foldOfRow).count { there.foldOfPatient[$0.patientID] != $1 }
        return "\(count) folds of \(text.records.count) images, \(moved) of the \(table.rows.count) images in "
            + "another fold"
    }
}

/// A labelled table's rows on two sides: one fold for validation, the others for training.
public struct TrainingSplit: Sendable {
    /// Where folds come from.
    public enum Folds: Equatable, Sendable {
        /// A table with `patient_id` and `fold`, as `mammo split --folds` writes it.
        case file(String)
        /// As `mammo split --folds COUNT --shuffle-seed SEED` would make them of the same table.
        case made(count: Int, shuffleSeed: UInt32?)
    }

    /// Rows of the other folds, in the table's order.
    public let training: [ImageTable.Row]
    /// Rows of the fold, in the table's order.
    public let validation: [ImageTable.Row]
    /// How many folds there are.
    public let foldCount: Int
    /// What is odd about the folds.
    public let warnings: [String]

    /// Divides a table.
    ///
    /// - Parameters:
    ///   - table: Read with its labels.
    ///   - folds: Where folds come from.
    ///   - fold: The fold for validation, from 0.
    /// - Throws: `DataError` where there is no such fold, a patient has none or stands on both sides, or where the folds
    ///   cannot be made.
    public init(_ table: ImageTable, _ folds: Folds, fold: Int) throws(DataError) {
        let foldOfRow: [Int]
        switch folds {
        case .made(let count, let seed):
            let made = try StratifiedGroupFolds(table, folds: count, shuffleSeed: seed)
            (foldOfRow, foldCount, warnings) = (made.foldOfRow, count, made.warnings)
            guard (0..<count).contains(fold) else {
                throw .training("fold is \(fold), expected 0 to \(count - 1) of \(count) folds")
            }
        case .file(let path):
            let known = try FoldTable(path: path)
            let numbers = Set(known.foldOfPatient.values).sorted()
            guard numbers.contains(fold) else {
                throw .table(
                    path: path,
                    reason: "no patient is in fold \(fold); there are "
                        + numbers.map(String.init).joined(separator: ", "))
            }
            foldOfRow = try Self.folds(of: table, known)
            (foldCount, warnings) = (numbers.count, [])
        }
        try Self.checkPatients(of: table, foldOfRow, fold)
        training = zip(table.rows, foldOfRow).filter { $0.1 != fold }.map(\.0)
        validation = zip(table.rows, foldOfRow).filter { $0.1 == fold }.map(\.0)
    }

    private static func folds(of table: ImageTable, _ known: FoldTable) throws(DataError) -> [Int] {
        var without: [String] = []
        let folds = table.rows.map { row in
            if let fold = known.foldOfPatient[row.patientID] { return fold }
            if without.last != row.patientID { without.append(row.patientID) }
            return -1
        }
        guard without.isEmpty else {
            throw .table(
                path: known.path,
                reason:
                    "has no fold for \(Set(without).count) patients of \(table.path) (\(Listing.few(without))); make "
                    + "folds of the same table: mammo split --csv \(table.path) --folds N")
        }
        return folds
    }

    /// Ids may be written in two ways: 007 is 7 to pandas, and the same patient.
    private static func checkPatients(of table: ImageTable, _ foldOfRow: [Int], _ fold: Int) throws(DataError) {
        var sideOfPatient: [Int: (isHeldOut: Bool, id: String)] = [:]
        for ((row, patient), itsFold) in zip(zip(table.rows, table.patientNumbers()), foldOfRow) {
            let isHeldOut = itsFold == fold
            if let other = sideOfPatient.updateValue((isHeldOut, row.patientID), forKey: patient),
                other.isHeldOut != isHeldOut
            {
                let same = other.id == row.patientID ? "" : " (written \(other.id) too)"
                throw .training(
                    "patient \(row.patientID)\(same) has images both in fold \(fold) and in another, for training and for "
                        + "validation; folds must not divide patients")
            }
        }
    }
}

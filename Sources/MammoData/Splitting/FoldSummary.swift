/// How many images, patients and cancers a fold has.
public struct FoldSummary: Codable, Equatable, Sendable {
    /// The fold, from 0.
    public let fold: Int
    /// Rows of the table.
    public let images: Int
    /// Different patients.
    public let patients: Int
    /// Rows with cancer.
    public let cancers: Int

    /// One summary a fold, in order.
    public static func all(of folds: StratifiedGroupFolds, in table: ImageTable) -> [FoldSummary] {
        (0..<folds.count).map { fold in
            let rows = zip(table.rows, folds.foldOfRow).filter { $0.1 == fold }.map(\.0)
            return FoldSummary(
                fold: fold, images: rows.count, patients: Set(rows.map(\.patientID)).count,
                cancers: rows.count { $0.cancer == true })
        }
    }
}

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
        var images = [Int](repeating: 0, count: folds.count)
        var cancers = images
        var patients = [Set<Int>](repeating: [], count: folds.count)
        for ((row, patient), fold) in zip(zip(table.rows, table.patientNumbers()), folds.foldOfRow) {
            images[fold] += 1
            patients[fold].insert(patient)
            if row.cancer == true { cancers[fold] += 1 }
        }
        return (0..<folds.count).map { fold in
            FoldSummary(fold: fold, images: images[fold], patients: patients[fold].count, cancers: cancers[fold])
        }
    }
}

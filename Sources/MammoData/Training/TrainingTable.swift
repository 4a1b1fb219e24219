import MammoBase
import MammoImage

/// What a run is trained on and what it is validated on, checked.
public struct TrainingTable: Sendable {
    /// Rows to train on, in the table's order.
    public let training: [ImageTable.Row]
    /// Rows to validate on, in the table's order.
    public let validation: [ImageTable.Row]
    /// How many folds there are.
    public let foldCount: Int
    /// Rows of pixels of every image.
    public let rows: Int
    /// Columns of pixels of every image.
    public let columns: Int
    /// Bits a pixel: 16 where any image has as many.
    public let depth: BitDepth
    /// What the images were made with; nil where the folder has no manifest of them.
    public let parameters: PreprocessParameters?
    /// Rows that were left out since their image is missing.
    public let leftOut: [ImageTable.Row]
    /// What a person should know of, a line each.
    public let warnings: [String]

    /// Divides a table and looks for its images.
    ///
    /// - Parameters:
    ///   - table: Read with its labels.
    ///   - folds: Where folds come from.
    ///   - fold: The fold for validation, from 0.
    ///   - folder: Holds {patient}_{image}.png.
    ///   - leaveOutMissing: Whether images may be missing; folds are still those of the whole table.
    /// - Throws: `DataError` of `TrainingSplit` and `ImageSurvey`, or `.training` where a side is empty or no image to train
    ///   on has cancer.
    public init(
        _ table: ImageTable, folds: TrainingSplit.Folds, fold: Int, images folder: String, leaveOutMissing: Bool = false
    ) throws(DataError) {
        let split = try TrainingSplit(table, folds, fold: fold)
        let both = split.training + split.validation
        let survey = try ImageSurvey(both, in: folder, leaveOutMissing: leaveOutMissing)
        let isThere = survey.isThere
        training = zip(split.training, isThere).filter(\.1).map(\.0)
        validation = zip(split.validation, isThere.dropFirst(split.training.count)).filter(\.1).map(\.0)
        leftOut = zip(both, isThere).filter { !$0.1 }.map(\.0)
        (foldCount, rows, columns, parameters) = (split.foldCount, survey.rows, survey.columns, survey.parameters)
        depth = survey.depth

        let without = leftOut.isEmpty ? "" : " without those that are missing"
        guard !training.isEmpty else {
            throw .training("no images are left to train on outside fold \(fold)\(without)")
        }
        guard !validation.isEmpty else { throw .training("fold \(fold) has no image to validate on\(without)") }
        guard training.contains(where: { $0.cancer == true }) else {
            throw .training("none of \(training.count.of("image")) to train on has cancer; nothing could be learned")
        }
        var warnings = split.warnings
        if !leftOut.isEmpty {
            let names = Listing.few(leftOut.map(\.outputName))
            warnings.append(
                "\(leftOut.count) of \(both.count) images \(leftOut.count.isOrAre) missing and skipped (\(names))")
        }
        if !validation.contains(where: { $0.cancer == true }) {
            warnings.append(
                "none of \(validation.count.of("image")) of fold \(fold) has cancer: its scores are meaningless")
        }
        if survey.unlisted > 0 {
            warnings.append(
                "\(survey.unlisted) of \((both.count - leftOut.count).of("image")) \(survey.unlisted.isOrAre) not in \(folder)/\(Manifest.fileName): "
                    + "their preprocessing is unknown")
        }
        self.warnings = warnings
    }
}

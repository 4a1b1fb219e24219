/// Which column of another table is which of ours, what makes a label positive, and where the file of an image lies.
package struct ColumnMap: Sendable {
    /// Where images' files lie.
    package enum FileRule: Sendable {
        /// The file by a pattern, below the folder of images.
        case path(ColumnPattern)
        /// The only DICOM file, at any depth, in the folder that the first part of a path names: NBIA's Data Retriever names
        /// the folders below by dates and numbers that no table has.
        case onlyFile(ofFolder: ColumnPattern)
        /// Every DICOM file, at any depth, in a patient's folder; laterality and view are those of its header.
        case headers(ofFolder: ColumnPattern)
    }

    /// What rows say of one label together: it is positive where any of them is.
    package enum LabelUnit: Sendable {
        /// Rows of one image.
        case image
        /// Rows of one patient, side and view, whatever the image is called.
        case film
    }

    package var patient: ColumnPattern
    /// Nil where the file names it.
    package var image: ColumnPattern?
    package var laterality: ColumnPattern?
    package var view: ColumnPattern?
    package var predictionID: ColumnPattern?
    package var label: ColumnPattern
    /// Labels that mean cancer, compared without regard to capitals.
    package var positive: [String]
    /// Labels that mean none; nil where all others do.
    package var negative: [String]?
    package var unit = LabelUnit.image
    package var file: FileRule
    /// What column `dataset` says; nil for no such column.
    package var dataset: String?

    package init(
        patient: ColumnPattern, image: ColumnPattern?, laterality: ColumnPattern?, view: ColumnPattern?,
        predictionID: ColumnPattern? = nil, label: ColumnPattern, positive: [String], negative: [String]?,
        unit: LabelUnit = .image, file: FileRule, dataset: String?
    ) {
        (self.patient, self.image, self.laterality, self.view) = (patient, image, laterality, view)
        (self.predictionID, self.label, self.positive, self.negative) = (predictionID, label, positive, negative)
        (self.unit, self.file, self.dataset) = (unit, file, dataset)
    }

    /// Whether rows can only be made of files that are there.
    package var needsFiles: Bool { if case .path = file { false } else { true } }
}

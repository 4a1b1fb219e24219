/// One image of a table that is made of another.
package struct ConvertedImage: Equatable, Sendable {
    /// Where its first row stands: the table, and the line from 1.
    var source: String
    /// The patient within its data set.
    package var patient: String
    /// The image.
    package var image: String
    /// `L` or `R`; empty where the breast has an id of its own.
    package var laterality: String
    /// The projection; empty where nothing says.
    package var view: String
    /// The breast's own id, where the table has one.
    package var predictionID: String?
    /// Whether it has cancer.
    package var cancer: Bool
    /// Its file, below the folder of images or from the root on.
    package var path: String
}

/// A row or a file that no image is made of.
package struct PassedOver: Error, Equatable, Sendable {
    /// What it is counted as.
    package enum Kind: Hashable, Sendable, CustomStringConvertible {
        case fileMissing
        case fields
        case id
        case label(String)
        case laterality
        case path
        case header
        case contradiction
        case notInTable
        case severalFiles

        /// As the summary has it.
        package var description: String {
            switch self {
            case .fileMissing: "file missing"
            case .fields: "number of fields"
            case .id: "unusable id"
            case .label(""): "no label"
            case .label(let text): "label '\(text)'"
            case .laterality: "no laterality"
            case .path: "unusable path"
            case .header: "unreadable header"
            case .contradiction: "contradicts another row"
            case .notInTable: "image without a row"
            case .severalFiles: "several files"
            }
        }
    }

    /// What it is counted as.
    package let kind: Kind
    /// What is wrong, with where it stands in front.
    package let reason: String

    init(_ kind: Kind, _ reason: String) { (self.kind, self.reason) = (kind, reason) }
}

import MammoData
import MammoImage

/// What the images and their labels of a run are, wherever they lie: a checkpoint belongs to a run with the same.
package struct RunOrigin: Codable, Equatable, Sendable {
    /// Rows x columns of the images.
    package var size: String
    /// The options of `mammo preprocess` that they were made with; nil where they have no manifest.
    package var preprocessing: String?
    /// The images that are trained on.
    package var training: Side
    /// The images that are validated on.
    package var validation: Side

    /// One side of the split.
    package struct Side: Codable, Equatable, Sendable {
        /// How many images.
        package var count: Int
        /// SHA-256 of their names in order.
        package var names: String
        /// SHA-256 of their labels in order.
        package var labels: String

        package init(_ rows: [ImageTable.Row]) {
            count = rows.count
            names = SHA256Digest.hex(of: Array(rows.map { $0.relativePath + "\n" }.joined().utf8))
            labels = SHA256Digest.hex(of: rows.map { $0.cancer == true ? UInt8(ascii: "1") : UInt8(ascii: "0") })
        }

        fileprivate func difference(from found: Side, _ name: String) -> String? {
            if found.count != count { return "\(name) images: found \(found.count), expected \(count)" }
            if found.names != names { return "\(name) images: \(count) others, or in another order" }
            return found.labels == labels ? nil : "labels of the \(name) images"
        }
    }

    package init(_ table: TrainingTable) {
        size = "\(table.rows)x\(table.columns)"
        preprocessing = table.parameters?.description
        (training, validation) = (Side(table.training), Side(table.validation))
    }

    /// What differs from what another run has: a phrase for each.
    ///
    /// - Parameter found: What a checkpoint was written with.
    /// - Returns: None where both are the same.
    package func differences(from found: RunOrigin) -> [String] {
        var differences: [String] = []
        if found.size != size { differences.append("image size: found \(found.size), expected \(size)") }
        if found.preprocessing != preprocessing {
            let (there, here) = PreprocessParameters.differing(found.preprocessing ?? "none", preprocessing ?? "none")
            differences.append("preprocessing: found \(there), expected \(here)")
        }
        return differences
            + [
                training.difference(from: found.training, "training"),
                validation.difference(from: found.validation, "validation"),
            ].compactMap { $0 }
    }
}

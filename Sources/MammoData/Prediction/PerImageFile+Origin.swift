import FoundationEssentials
import MammoImage

extension PerImageFile {
    /// What predictions depend on; a run is only resumed with the same.
    public struct Origin: Codable, Equatable, Sendable {
        /// SHA-256 of each weights file, in order.
        public var weights: [String]
        /// The flips whose logits are averaged.
        public var flips: String
        /// Parameters of preprocessing, or that images were taken as found.
        public var preprocessing: String
        /// What values within layers were rounded to; nil for single precision.
        public var precision: String?
        /// Whether products of fp32 were in TF32; nil where they were not.
        public var tf32: Bool?
        /// SHA-256 of the file of activations' ranges of int8; nil for other precisions.
        public var int8Ranges: String?
        /// Whether images that are FOR PROCESSING were left out; nil where they were not.
        public var presentationOnly: Bool?

        enum CodingKeys: String, CodingKey {
            case weights, flips, preprocessing, precision, tf32
            case int8Ranges = "int8_ranges"
            case presentationOnly = "presentation_only"
        }

        /// What predictions depend on.
        ///
        /// - Parameters:
        ///   - weights: SHA-256 of each weights file, in order.
        ///   - flips: The flips whose logits are averaged.
        ///   - preprocessing: Parameters of preprocessing, or that images were taken as found.
        ///   - precision: What values within layers are rounded to; nil for single precision.
        ///   - tf32: Whether products of fp32 are in TF32.
        ///   - int8Ranges: SHA-256 of the file of activations' ranges of int8.
        ///   - presentationOnly: Whether images that are FOR PROCESSING are left out.
        public init(
            weights: [String], flips: String, preprocessing: String, precision: String? = nil,
            tf32: Bool = false, int8Ranges: String? = nil, presentationOnly: Bool = false
        ) {
            self.presentationOnly = presentationOnly ? true : nil
            self.weights = weights
            self.flips = flips
            self.preprocessing = preprocessing
            self.precision = precision
            self.tf32 = tf32 ? true : nil
            self.int8Ranges = int8Ranges
        }
    }
}

extension PerImageFile.Origin {
    /// What differs from what another run computed with: a phrase for each, the found value first.
    func differences(from found: PerImageFile.Origin) -> [String] {
        var differences: [String] = []
        if found.weights != weights {
            differences.append("--weights: found \(Self.short(found.weights)), expected \(Self.short(weights))")
        }
        if found.flips != flips { differences.append("--tta: found \(found.flips), expected \(flips)") }
        if found.preprocessing != preprocessing {
            let (there, here) = PreprocessParameters.differing(found.preprocessing, preprocessing)
            differences.append("preprocessing: found \(there), expected \(here)")
        }
        if found.precision != precision {
            let option = [found.int8Ranges, int8Ranges] == [nil, nil] ? "--amp" : "--precision"
            let none = option == "--amp" ? "none" : "fp32"
            differences.append("\(option): found \(found.precision ?? none), expected \(precision ?? none)")
        } else if let there = found.int8Ranges, let here = int8Ranges, there != here {
            differences.append("--int8-ranges: found SHA-256 \(there.prefix(12))…, expected \(here.prefix(12))…")
        }
        for (option, there, here) in [
            ("--tf32", found.tf32, tf32), ("--presentation-only", found.presentationOnly, presentationOnly),
        ] where there != here {
            differences.append("\(option): found \(there ?? false), expected \(here ?? false)")
        }
        return differences
    }

    /// The first digits of each file's SHA-256.
    private static func short(_ digests: [String]) -> String {
        digests.map { "sha256 \($0.prefix(8))" }.joined(separator: " + ")
    }
}

/// The file beside a per-image file: its origin, and whether all images of its table have been tried.
struct PerImageRecord: Codable {
    let origin: PerImageFile.Origin
    /// False while images are still to be predicted, and where a time limit or an interruption ended the run.
    let isComplete: Bool

    private enum CodingKeys: String, CodingKey {
        case complete
    }

    init(_ origin: PerImageFile.Origin, isComplete: Bool) {
        (self.origin, self.isComplete) = (origin, isComplete)
    }

    init(from decoder: any Decoder) throws {
        origin = try PerImageFile.Origin(from: decoder)
        isComplete =
            try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Bool.self, forKey: .complete) ?? false
    }

    func encode(to encoder: any Encoder) throws {
        try origin.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isComplete, forKey: .complete)
    }

    /// The record at `path`; nil where there is none that can be read.
    static func read(_ path: String) -> PerImageRecord? {
        guard let data = try? Files.read(path) else { return nil }
        return try? JSONDecoder().decode(PerImageRecord.self, from: Data(data))
    }
}

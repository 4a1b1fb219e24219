import FoundationEssentials
import MammoData
import MammoGraph
import MammoImage

/// Networks that predict together: `ensemble.json` of `mammo cross-validate`, which names weights files and the threshold that was
/// chosen on images that none of them was trained on. The members are named as the JSON keys are.
public struct Ensemble: Codable, Equatable, Sendable {
    /// One network.
    public struct Member: Codable, Equatable, Sendable {
        /// The fold that it was not trained on.
        public var fold: Int
        /// The weights file, relative to the ensemble's folder.
        public var path: String
        /// The seed of its training.
        public var seed: Int
        /// SHA-256 of the weights file, in hexadecimal.
        public var sha256: String

        /// One network.
        public init(fold: Int, path: String, seed: Int, sha256: String) {
            (self.fold, self.path, self.seed, self.sha256) = (fold, path, seed, sha256)
        }
    }

    /// What the threshold is, and what it is worth. F1 scores are those of breasts.
    public struct Threshold: Codable, Equatable, Sendable {
        /// F1 of all folds' breasts, each fold at the threshold that is best on the others.
        public var nested_f1: Double
        /// The best F1 of all thresholds on all folds: too good, since it is chosen on what it is scored on.
        public var optimistic_f1: Double
        /// The threshold that has it.
        public var optimistic_threshold: Double
        /// The threshold for other images: the median of the folds' nested thresholds, from 0 to 1; positive is what is greater.
        public var value: Double

        /// A threshold with its scores.
        public init(value: Double, nestedF1: Double, optimisticF1: Double, optimisticThreshold: Double) {
            (self.value, nested_f1) = (value, nestedF1)
            (optimistic_f1, optimistic_threshold) = (optimisticF1, optimisticThreshold)
        }
    }

    /// A name of `Network.all`.
    public var architecture: String
    /// What `mammo calibrate` found on the ensemble's predictions; the threshold is then its own, of calibrated scores.
    public var calibration: CalibrationRecord?
    /// How many folds there are.
    public var folds: Int
    /// How gray becomes input: mean of each channel, of 0 to 1.
    public var mean: [Float]
    /// The networks, by fold, then by seed.
    public var members: [Member]
    /// The share of breasts with cancer among all folds, 0 to 1.
    public var positive_rate: Double
    /// How images are made; nil where their folder had no manifest.
    public var preprocessing: PreprocessParameters?
    /// How gray becomes input: standard deviation of each channel, of 0 to 1.
    public var std: [Float]
    /// The threshold.
    public var threshold: Threshold

    /// An ensemble.
    ///
    /// - Parameters:
    ///   - network: What all members are.
    ///   - normalisation: How gray becomes input, for all of them.
    ///   - preprocessing: How their images are made.
    ///   - members: At least one.
    ///   - folds: How many folds there are.
    ///   - threshold: For the breasts' probabilities.
    ///   - positiveRate: The share of breasts with cancer.
    package init(
        _ network: Network, normalisation: Normalisation, preprocessing: PreprocessParameters?, members: [Member],
        folds: Int, threshold: Threshold, positiveRate: Double
    ) {
        (architecture, mean, std) = (network.name, normalisation.mean, normalisation.deviation)
        (self.preprocessing, self.members, self.folds) = (preprocessing, members, folds)
        (self.threshold, positive_rate) = (threshold, positiveRate)
    }

    /// Whether a file is called as ensembles are: `.json`.
    public static func isNamed(_ path: String) -> Bool { path.hasSuffix(".json") }

    /// Reads an ensemble, and checks what it says.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unreadable`; `WeightsError.damaged` where it is no ensemble.
    public init(path: String) throws {
        let bytes = try Files.read(path)
        do {
            self = try JSONDecoder().decode(Ensemble.self, from: Data(bytes))
        } catch {
            throw WeightsError.damaged(
                path: path, reason: "is not an ensemble.json of mammo cross-validate; give it, or weights files")
        }
        guard !members.isEmpty, members.allSatisfy({ !$0.path.isEmpty }) else {
            throw WeightsError.damaged(path: path, reason: "it names no weights")
        }
        guard (0...1).contains(threshold.value) else {
            throw WeightsError.damaged(path: path, reason: "its threshold is \(threshold.value), expected 0 to 1")
        }
    }

    /// The same with a calibration and its threshold, for a file that may lie elsewhere.
    ///
    /// - Parameters:
    ///   - record: What was found.
    ///   - path: The ensemble's own file.
    ///   - out: The file that it is written to; in another folder the members' paths are absolute.
    /// - Returns: What is to be written.
    package func calibrated(_ record: CalibrationRecord, from path: String, to out: String) -> Ensemble {
        var other = self
        other.calibration = record
        other.threshold.value = record.threshold
        if Files.folderPrefix(of: path) != Files.folderPrefix(of: out) {
            for (place, file) in weights(besides: path).enumerated() {
                other.members[place].path = Files.absolute(file) ?? file
            }
        }
        return other
    }

    /// The members' weights files, as paths.
    ///
    /// - Parameter path: The ensemble's own file.
    /// - Returns: By fold, then by seed.
    public func weights(besides path: String) -> [String] {
        members.map { $0.path.hasPrefix("/") ? $0.path : Files.folderPrefix(of: path) + $0.path }
    }
}

import MammoData
import MammoTrain

/// What a stage reads and its results depend on.
enum StageInput: String, CaseIterable {
    case csv
    case testCSV = "test_csv"
    case weights
    case folds
    case images
    case validation
    case network
    case threshold

    /// The inputs of a stage.
    static func all(of stage: Stage) -> [StageInput] {
        switch stage {
        case .split: [.csv]
        case .preprocess, .score: []
        case .train: [.csv, .weights, .folds, .images]
        case .infer: [.network, .validation, .images]
        case .submission: [.network, .testCSV, .threshold]
        }
    }

    /// The key that names it; nil for what earlier stages have made.
    var key: String? {
        switch self {
        case .csv, .testCSV, .weights: rawValue
        case .folds, .images, .validation, .network, .threshold: nil
        }
    }

    /// What it is called in messages.
    func name(_ settings: RunSettings) -> String {
        let files = settings.files
        return switch self {
        case .csv: settings.csv
        case .testCSV: settings.testCSV ?? ""
        case .weights: settings.training.weights
        case .folds: files.folds
        case .images: "the images in \(files.png)"
        case .validation: files.validation
        case .network: files.weights
        case .threshold: "the threshold in \(files.score)"
        }
    }

    /// The hash of its contents; nil where it is not there yet.
    ///
    /// - Throws: `DataError.unreadable`.
    func digest(_ settings: RunSettings) throws(DataError) -> String? {
        switch self {
        case .weights where settings.training.weights == "none": return "none"
        case .images: return try Self.digest(ofImagesIn: settings.files.png)
        case .threshold: return ScoreFile(path: settings.files.score).map { "\($0.threshold)" }
        default: return try Self.digest(of: name(settings))
        }
    }

    static func digest(of path: String) throws(DataError) -> String? {
        Files.status(of: path) == nil ? nil : try SHA256Digest.hex(ofFile: path)
    }

    /// Of the images that the manifest knows, whatever order they were made in, and however often it was tried.
    static func digest(ofImagesIn folder: String) throws(DataError) -> String? {
        let entries = try Manifest.entries(in: folder).values.filter { $0.error == nil }
        guard !entries.isEmpty else { return nil }
        let lines = entries.map { "\($0.output) \($0.pngSHA256 ?? "")\n" }.sorted()
        return SHA256Digest.hex(of: Array(lines.joined().utf8))
    }
}

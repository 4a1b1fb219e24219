import FoundationEssentials
import MammoCompute
import MammoData
import MammoImage

/// The ranges of activations of networks on some images, by which they predict in 8 bits: a file that is made once, so that
/// each run gives the same logits.
public struct Int8RangeFile: Equatable, Sendable {
    /// The file.
    public let path: String
    /// SHA-256 of the file.
    public let digest: String
    /// How many images were looked at.
    public var images: Int { contents.images }
    private let contents: Contents

    /// The file of a submission where no other is named: `submission.int8.json` of `submission.csv`.
    public static func path(beside submission: String) -> String {
        Files.path(beside: submission, ending: ".int8.json")
    }

    /// The file's contents; named as the JSON keys are.
    private struct Contents: Codable, Equatable {
        var images: Int
        var networks: [Calibrated]
        var version: Int
    }

    private struct Calibrated: Codable, Equatable {
        var segments: Int8Ranges
        var weights: String
    }

    /// What this program writes and reads.
    private static let version = 1

    /// Reads a file.
    ///
    /// - Parameter path: Its path.
    /// - Throws: `DataError.unreadable`, with what to do.
    public init(path: String) throws(DataError) {
        self.path = path
        let bytes = try Files.read(path)
        let advice = "remove it to have it made again, or name another with --int8-ranges"
        guard let contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes)) else {
            throw .unreadable(path: path, reason: "not the ranges of mammo infer --precision int8; \(advice)")
        }
        guard contents.version == Self.version else {
            throw .unreadable(
                path: path, reason: "its version is \(contents.version), expected \(Self.version); \(advice)")
        }
        self.contents = contents
        digest = SHA256Digest.hex(of: bytes)
    }

    /// The arithmetic of a network's products.
    ///
    /// - Parameter weights: The identity of the network's weights.
    /// - Returns: 8 bits, by the network's ranges.
    /// - Throws: `DataError.table` where the file was made with other weights.
    public func arithmetic(of weights: String) throws(DataError) -> Arithmetic {
        guard let network = contents.networks.first(where: { $0.weights == weights }) else {
            let made = contents.networks.map { $0.weights.prefix(12) + "…" }.joined(separator: ", ")
            throw .table(
                path: path,
                reason: "was made with the weights \(made), but these are \(weights.prefix(12))…; name another "
                    + "file with --int8-ranges, or remove this one to have it made again")
        }
        return .int8(network.segments)
    }

    /// Predicts images in fp32 and writes what the activations were.
    ///
    /// - Parameters:
    ///   - path: The file to write.
    ///   - rows: Rows of a table; images spread evenly over them are taken.
    ///   - count: How many, at least one; all where there are no more.
    ///   - source: Where images come from.
    ///   - models: The networks, each with the recorder that it was made with, on one device.
    ///   - failed: Called for each image that cannot be read, with the reason.
    /// - Throws: `DataError.table` where no image can be read; what predicting throws; `DataError.unwritable`.
    public static func make(
        path: String, rows: [ImageTable.Row], count: Int, source: any GraySource,
        models: [(model: TrainedModel, recorder: RangeRecorder)], failed: (_ reason: String) -> Void
    ) throws {
        let chosen = min(count, rows.count)
        let spread = (0..<chosen).map { rows[$0 * rows.count / chosen] }
        let batch = InferenceBatch(
            source: source, predictors: TrainedModel.predictors(models.map(\.model), augmentation: .none), batchSize: 1,
            readers: 1)
        var images = 0
        try batch.run(spread, shouldStop: { false }) { row, outcome in
            switch outcome {
            case .predicted: images += 1
            case .failed(let reason): failed(reason)
            }
        }
        guard images > 0 else {
            throw DataError.table(
                path: path, reason: "cannot be made: none of \(chosen) images to calibrate with can be read")
        }
        let networks = models.map { Calibrated(segments: $0.recorder.ranges, weights: $0.model.identity) }
        guard networks.allSatisfy({ $0.segments.values.allSatisfy { $0.allSatisfy(\.isFinite) } }) else {
            throw DataError.table(
                path: path, reason: "cannot be made: activations are not finite; are the weights damaged?")
        }
        let contents = Contents(images: images, networks: networks, version: version)
        try Files.write(Array((JSONText.line(contents) + "\n").utf8), to: path)
    }
}

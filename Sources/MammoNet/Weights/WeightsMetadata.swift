import FoundationEssentials
import MammoData
import MammoGraph
import MammoImage

/// What a weights file records besides weights, so that a network is only ever given what it was trained on.
///
/// In a safetensors file the metadata are texts: `architecture`, `pool` (avg, max or gem), `mean`, `std` (three numbers
/// with commas between), `preprocessing` (the JSON that manifest.jsonl has as `parameters`), `threshold` and `calibration` (JSON of
/// a `CalibrationRecord`); all may be missing.
public struct WeightsMetadata: Equatable, Sendable {
    /// A name of `Network.all`.
    public var architecture: String?
    /// How the head makes one position of the last feature map's.
    public var pooling: Pooling?
    /// How gray becomes input.
    public var normalisation: Normalisation?
    /// How images are made.
    public var preprocessing: PreprocessParameters?
    /// Above it a breast is positive; of calibrated scores, where `calibration` has a map.
    public var threshold: Double?
    /// What `mammo calibrate` found, the same threshold included.
    public var calibration: CalibrationRecord?
    /// What else the file says, kept as it is.
    public var others: [String: String] = [:]

    /// Metadata that say nothing.
    public init() {}

    /// Reads a safetensors file's metadata.
    ///
    /// - Parameters:
    ///   - texts: As the file has them.
    ///   - path: The file.
    /// - Throws: `WeightsError.damaged` where a text is not what its key promises.
    public init(_ texts: [String: String], path: String) throws(WeightsError) {
        func damaged(_ key: String) -> WeightsError {
            .damaged(path: path, reason: "its metadata's \(key) is '\((texts[key] ?? "").prefix(80))'")
        }
        others = texts
        architecture = others.removeValue(forKey: "architecture")
        if let text = others.removeValue(forKey: "pool") {
            guard let value = Pooling(rawValue: text) else { throw damaged("pool") }
            pooling = value
        }
        func numbers(_ key: String) throws(WeightsError) -> [Float]? {
            guard let text = others.removeValue(forKey: key) else { return nil }
            let numbers = text.split(separator: ",").compactMap { Float($0.filter { $0 != " " }) }
            guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else { throw damaged(key) }
            return numbers
        }
        let (mean, deviation) = (try numbers("mean"), try numbers("std"))
        if let mean, let deviation {
            guard deviation.allSatisfy({ $0 != 0 }) else { throw damaged("std") }
            normalisation = Normalisation(mean: mean, deviation: deviation)
        }
        if let text = others.removeValue(forKey: "preprocessing") {
            guard let parameters = try? JSONDecoder().decode(PreprocessParameters.self, from: Data(text.utf8)),
                (1...16_384).contains(parameters.rows), (1...16_384).contains(parameters.columns),
                parameters.frame >= 1, parameters.windowIndex >= 1, (0...12).contains(parameters.pngLevel)
            else { throw damaged("preprocessing") }
            preprocessing = parameters
        }
        if let text = others.removeValue(forKey: "threshold") {
            guard let value = Double(text), (0...1).contains(value) else { throw damaged("threshold") }
            threshold = value
        }
        if let text = others.removeValue(forKey: "calibration") {
            guard let record = try? JSONDecoder().decode(CalibrationRecord.self, from: Data(text.utf8)),
                (0...1).contains(record.threshold)
            else { throw damaged("calibration") }
            calibration = record
        }
    }

    /// As a safetensors file has them.
    public var texts: [String: String] {
        var texts = others
        texts["architecture"] = architecture
        texts["pool"] = pooling?.rawValue
        func list(_ numbers: [Float]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
        texts["mean"] = (normalisation?.mean).map(list)
        texts["std"] = (normalisation?.deviation).map(list)
        texts["preprocessing"] = preprocessing.map { JSONText.line($0) }
        texts["threshold"] = threshold.map { "\($0)" }
        texts["calibration"] = calibration.map { JSONText.line($0) }
        return texts
    }
}

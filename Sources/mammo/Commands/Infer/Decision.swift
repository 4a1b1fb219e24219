import MammoData
import MammoNet

/// How infer makes a breast's score a probability, and that a decision: as the weights record, or as was asked for.
struct Decision {
    /// Above it a breast is 1, else 0; nil leaves probabilities.
    let threshold: Double?
    /// What is applied to a breast's score before.
    let calibration: CalibrationMap?
    /// What was taken from the weights, a line each.
    let notes: [String]

    /// What weights record.
    typealias Recorded = (path: String, threshold: Double?, calibration: CalibrationRecord?)

    /// Puts together what is recorded and what was asked for.
    ///
    /// - Parameters:
    ///   - recorded: Of each weights file; at least one.
    ///   - choice: The threshold that was asked for.
    ///   - calibrates: Whether a recorded calibration is applied.
    ///   - aggregate: How a breast's images are combined.
    /// - Throws: `WeightsError.misfit` where the files record none, or different ones, or what does not go together.
    init(
        _ recorded: [Recorded], threshold choice: ThresholdChoice?, calibrates: Bool, aggregate: Aggregate
    ) throws(WeightsError) {
        var notes: [String] = []
        let first = recorded[0]
        let isCalibrated = recorded.contains { $0.calibration?.map != nil }
        if isCalibrated && calibrates {
            for other in recorded where other.calibration?.map != first.calibration?.map {
                throw .misfit(
                    path: other.path,
                    reason: "records another calibration than \(first.path), and none is that of their average; give "
                        + "--no-calibration")
            }
            if let record = first.calibration, let map = record.map {
                notes.append(
                    "\(first.path): scores of breasts are calibrated as it records (\(map.method), from "
                        + "\(Self.origin(record))); --no-calibration leaves them as they are")
            }
        }
        calibration = calibrates ? first.calibration?.map : nil
        if let record = first.calibration, calibration != nil || choice == .weights, record.aggregate != aggregate {
            notes.append(
                "\(first.path): was calibrated with --aggregate \(record.aggregate.rawValue), but it is "
                    + "\(aggregate.rawValue)")
        }
        if choice == .weights {
            if isCalibrated && !calibrates {
                throw .misfit(
                    path: first.path,
                    reason: "records a threshold of calibrated scores, but --no-calibration is given; leave one of "
                        + "--no-calibration and --threshold weights out")
            }
            // Training and cross-validation choose thresholds on means.
            let chosen = first.calibration?.aggregate ?? .mean
            guard chosen == aggregate else {
                throw .misfit(
                    path: first.path,
                    reason: "records a threshold of scores combined by \(chosen.rawValue), but --aggregate is "
                        + "\(aggregate.rawValue); give --aggregate \(chosen.rawValue), or a number as --threshold")
            }
            threshold = try Self.threshold(recorded)
            let source = first.calibration.map { ", chosen for \($0.goal) on \(Self.origin($0))" } ?? ""
            notes.append("\(first.path): the threshold is \(threshold ?? 0) as it records\(source)")
        } else {
            threshold = choice?.number
        }
        self.notes = notes
    }

    private static func threshold(_ recorded: [Recorded]) throws(WeightsError) -> Double {
        for file in recorded where file.threshold == nil {
            throw .misfit(
                path: file.path,
                reason: "records no threshold, which --threshold weights asks for; give a number, or record one by "
                    + "mammo calibrate --weights \(file.path) --out FILE")
        }
        guard let value = recorded[0].threshold else { preconditionFailure("there is a file, and it has a threshold") }
        for file in recorded where file.threshold != value {
            throw .misfit(
                path: file.path,
                reason: "records the threshold \(file.threshold ?? 0), but \(recorded[0].path) \(value), and "
                    + "neither is that of their average; give a number, which mammo calibrate finds on predictions of their average"
            )
        }
        return value
    }

    private static func origin(_ record: CalibrationRecord) -> String {
        "\(record.source.breasts) breasts of \(record.source.files.joined(separator: ", "))"
    }
}

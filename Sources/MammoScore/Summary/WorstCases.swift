/// A case on the wrong side of the threshold. The members are named as the JSON keys are.
public struct WorstCase: Encodable, Sendable {
    /// How it is wrong.
    public enum Outcome: String, Encodable, Sendable {
        /// FN: a cancer at or below the threshold.
        case falseNegative = "FN"
        /// FP: above the threshold, without cancer.
        case falsePositive = "FP"
    }

    /// |label − score|.
    public var error: Double
    /// The case: `patient/image`, a breast's or a patient's id.
    public var id: String
    /// Its images as `patient/image`; none where the labels name no images.
    public var images: [String]
    /// 1 of a cancer, else 0.
    public var label: Int
    /// How it is wrong.
    public var outcome: Outcome
    /// The patient.
    public var patient: String
    /// Its score.
    public var score: Double
    /// Its images' files in a folder of `mammo preprocess`.
    package var files: [String]

    private enum CodingKeys: String, CodingKey {
        case error, id, images, label, outcome, patient, score
    }

    /// The false negatives and the false positives that are most confident.
    ///
    /// - Parameters:
    ///   - count: At most as many of each kind.
    ///   - cases: What is scored.
    ///   - labels: The labels it was joined with.
    ///   - threshold: Positive is what is greater.
    /// - Returns: By falling error, of equals in the order of the cases.
    public static func most(_ count: Int, of cases: Cases, in labels: LabelTable, threshold: Double) -> [WorstCase] {
        let set = cases.set
        let wrong = set.labels.indices.filter { set.labels[$0] != (set.scores[$0] > threshold) }
        func error(_ place: Int) -> Double { abs((set.labels[place] ? 1 : 0) - set.scores[place]) }
        let sorted = wrong.sorted { (error($0), $1) > (error($1), $0) }
        let kept = Set(sorted.filter { set.labels[$0] }.prefix(count) + sorted.filter { !set.labels[$0] }.prefix(count))
        return sorted.filter(kept.contains).map { place in
            let rows = cases.labelRows[place].map { labels.rows[Int($0)] }
            let images = rows.compactMap { row in row.imageID.map { (row.patientID, $0) } }
            return WorstCase(
                error: error(place), id: cases.names.cases[place], images: images.map { "\($0)/\($1)" },
                label: set.labels[place] ? 1 : 0, outcome: set.labels[place] ? .falseNegative : .falsePositive,
                patient: cases.names.patients[cases.patients[place]], score: set.scores[place],
                files: images.map { "\($0)_\($1).png" })
        }
    }
}

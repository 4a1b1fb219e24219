/// `prediction_id,cancer`: one row for each breast of a table, in the table's order.
public struct Submission: Sendable {
    /// One breast.
    public struct Row: Equatable, Sendable {
        /// The breast.
        public let predictionID: String
        /// A probability, or 0 or 1 where there is a threshold.
        public let cancer: Double
    }

    /// One row a breast.
    public let rows: [Row]
    /// Breasts of which no image could be read.
    public let missing: [String]

    /// Puts the images of each breast together.
    ///
    /// - Parameters:
    ///   - table: Rows that know their breast.
    ///   - predictions: What is known, by `patient/image.dcm`.
    ///   - aggregate: How a breast's images become one.
    ///   - calibration: What is applied to a breast's score then; nil for nothing.
    ///   - threshold: Above it a breast is 1, else 0; nil leaves probabilities.
    ///   - rate: The probability of a breast without any image, which is not calibrated.
    public init(
        table: ImageTable, predictions: [String: ImagePrediction], aggregate: Aggregate,
        calibration: CalibrationMap? = nil, threshold: Double?, rate: Double
    ) {
        var order: [String] = []
        var known: [String: [Double]] = [:]
        for row in table.rows {
            guard let breast = row.predictionID else { continue }
            if known[breast] == nil {
                order.append(breast)
                known[breast] = []
            }
            if let prediction = predictions[row.relativePath] { known[breast]?.append(prediction.probability) }
        }
        var missing: [String] = []
        rows = order.map { breast in
            let probabilities = known[breast] ?? []
            let value: Double
            if probabilities.isEmpty {
                missing.append(breast)
                value = rate
            } else {
                let score = aggregate(probabilities[...])
                value = calibration?.calibrated(probability: score) ?? score
            }
            return Row(predictionID: breast, cancer: threshold.map { value > $0 ? 1 : 0 } ?? value)
        }
        self.missing = missing
    }

    /// Checks the rows against the table, then writes them: beside first, then renamed.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - table: What the rows were made from.
    /// - Throws: `DataError.table` where a breast is missing, twice there, or not a probability; `.unwritable`.
    public func write(to path: String, for table: ImageTable) throws(DataError) {
        var asked = Set(table.rows.compactMap(\.predictionID))
        for row in rows {
            guard asked.remove(row.predictionID) != nil else {
                throw .table(path: path, reason: "\(row.predictionID) occurs twice or is not in \(table.path)")
            }
            guard (0...1).contains(row.cancer) else {
                throw .table(path: path, reason: "\(row.predictionID) is \(row.cancer), expected 0 to 1")
            }
        }
        guard asked.isEmpty else {
            throw .table(path: path, reason: "\(asked.count) breasts of \(table.path) have no row")
        }
        let lines = rows.map { "\(DelimitedText.quoted($0.predictionID)),\($0.cancer)\n" }
        try Files.write(Array(("prediction_id,cancer\n" + lines.joined()).utf8), to: path)
    }
}

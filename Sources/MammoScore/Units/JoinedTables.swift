import MammoData

/// Predictions joined with their labels.
///
/// Scores are aggregated from the finest unit up: a breast's from its images, a patient's from her breasts. A breast or
/// patient has cancer where any of its rows in the labels says so, whether that row has a prediction or not. Thresholds
/// come after all of this.
public struct JoinedTables: Sendable {
    /// A prediction with its place among the breasts.
    private struct Entry {
        var key: String
        var score: Double
        var breast: Int
        var labelRow: Int
    }

    /// The labels.
    public let labels: LabelTable
    /// The units that there are, the finest first.
    public let units: [Unit]
    /// What could not be used or is not there, a line each.
    public let problems: [String]
    /// How many patients of the labels have no prediction at all.
    public let absentPatients: Int
    /// The folds that the predictions name; nil where they name none, or one.
    public let folds: FoldTable?
    /// What tells the predictions' origins apart: `fold` or `file`; nil where nothing does.
    let originAttribute: Attribute?
    /// The origins' names.
    let originNames: [Int: String]
    /// The origin of the prediction of each row of the labels; nil where it has none.
    let originOfRow: [Int?]
    private let entries: [Entry]
    private let index: LabelIndex

    /// Joins predictions with labels.
    ///
    /// - Parameters:
    ///   - predictions: Of images or breasts.
    ///   - labels: The truth; nil where the predictions contain it.
    ///   - isPartial: Patients without any prediction are no problem.
    /// - Throws: `DataError` where there are no labels, they do not say the breast, or none fits a prediction.
    public init(_ predictions: PredictionTable, labels: LabelTable?, isPartial: Bool) throws(DataError) {
        guard labels != nil || predictions.hasLabels else {
            throw .table(path: predictions.name, reason: "has no column label; give --labels TABLE")
        }
        let labels = labels ?? LabelTable(predictions)
        let index = try LabelIndex(labels, ofImages: predictions.isOfImages)
        var (entries, problems) = ([Entry](), predictions.problems)
        var isPresent = [Bool](repeating: false, count: index.patients.count)
        entries.reserveCapacity(predictions.rows.count)
        var origins = Origins(predictions, rows: labels.rows.count)
        for row in predictions.rows {
            func pass(over reason: String) {
                problems.append("\(predictions.paths[row.file]):\(row.line): \(reason)")
            }
            guard let place = index.rowOfKey[row.key] else {
                pass(over: "\(row.key) is not in \(labels.path)")
                continue
            }
            let breast = index.breastOfRow[place]
            if let found = row.predictionID, found != index.breasts[breast].id {
                pass(over: "prediction_id is \(found), but \(labels.path) has \(index.breasts[breast].id)")
                continue
            }
            isPresent[index.patientOfBreast[breast]] = true
            entries.append(Entry(key: row.key, score: row.score, breast: breast, labelRow: place))
            origins.add(row, at: place, of: index.patients[index.patientOfBreast[breast]].id)
        }
        guard !entries.isEmpty else {
            throw .table(
                path: predictions.name,
                reason: "no prediction belongs to a row of \(labels.path); first problem: \(problems.first ?? "none")")
        }
        problems += index.missing(
            besides: predictions.keys, isPresent: isPresent, isPartial: isPartial, of: predictions.name)
        if let divided = origins.divided { problems.append(divided) }
        self.labels = labels
        self.problems = problems
        self.entries = entries
        self.index = index
        absentPatients = isPresent.count { !$0 }
        (folds, originAttribute) = (origins.folds, origins.attribute)
        (originNames, originOfRow) = (origins.names, origins.ofRow)
        units = predictions.isOfImages ? Unit.allCases : [.breast, .patient]
    }

    /// What is scored of one unit.
    ///
    /// - Parameters:
    ///   - unit: One of `units`.
    ///   - aggregate: How several scores become one.
    /// - Returns: In the order of the predictions' first rows.
    public func cases(_ unit: Unit, _ aggregate: Aggregate) -> Cases {
        var scores = entries.map(\.score)
        var groups = entries.map(\.breast)
        var (ids, labelRows) = (entries.map(\.key), entries.map { [$0.labelRow] })
        var labels = entries.map { self.labels.rows[$0.labelRow].cancer }
        var patients = groups.map { index.patientOfBreast[$0] }
        if unit != .image {
            (groups, scores) = Self.together(groups, scores, aggregate)
            patients = groups.map { index.patientOfBreast[$0] }
            let breasts = groups.map { index.breasts[$0] }
            (ids, labelRows, labels) = (breasts.map(\.id), breasts.map(\.rows), breasts.map(\.cancer))
        }
        if unit == .patient {
            (patients, scores) = Self.together(patients, scores, aggregate)
            let women = patients.map { index.patients[$0] }
            (ids, labelRows, labels) = (women.map(\.id), women.map(\.rows), women.map(\.cancer))
        }
        return Cases(
            unit: unit, aggregate: unit == units.first ? nil : aggregate,
            set: ScoredSet(labels: labels, scores: scores), ids: ids, patients: patients,
            patientIDs: index.patients.map(\.id), labelRows: labelRows)
    }

    /// One score for each group, in the order of the groups' first members.
    private static func together(
        _ groups: [Int], _ scores: [Double], _ aggregate: Aggregate
    ) -> (groups: [Int], scores: [Double]) {
        // Members side by side, group after group, each group's in their own order.
        var ends = [Int](repeating: 0, count: (groups.max() ?? -1) + 1)
        var order: [Int] = []
        for group in groups {
            if ends[group] == 0 { order.append(group) }
            ends[group] += 1
        }
        var starts = [Int](repeating: 0, count: ends.count)
        var start = 0
        for group in order {
            (starts[group], start) = (start, start + ends[group])
            ends[group] = starts[group]
        }
        var members = [Double](repeating: 0, count: scores.count)
        for (group, score) in zip(groups, scores) {
            members[ends[group]] = score
            ends[group] += 1
        }
        return (order, order.map { aggregate(members[starts[$0]..<ends[$0]]) })
    }
}

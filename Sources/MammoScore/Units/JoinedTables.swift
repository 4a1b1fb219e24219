import MammoData

/// Predictions joined with their labels.
///
/// Scores are aggregated from the finest unit up: a breast's from its images, a patient's from her breasts. A breast or
/// patient has cancer where any of its rows in the labels says so, whether that row has a prediction or not. Thresholds
/// come after all of this.
public struct JoinedTables: Sendable {
    /// A prediction with its place among the breasts.
    private struct Entry {
        var score: Double
        var breast: Int32
        var labelRow: Int32
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
    /// The origin of the prediction of each row of the labels; -1 where it has none.
    let originOfRow: [Int]
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
        // The labels in predictions have the predictions' symbols.
        let translation = labels.map { $0.symbols.symbols(of: predictions.symbols) }
        func own(_ symbol: Symbol) -> Symbol { symbol.isAbsent ? symbol : translation?[symbol.index] ?? symbol }
        let labels = labels ?? LabelTable(predictions)
        let index = try LabelIndex(labels, ofImages: predictions.isOfImages)
        func name(_ patient: Int) -> String { labels.symbols.text(index.patients.ids[patient]) }
        var (entries, problems) = ([Entry](), predictions.problems)
        var isPresent = [Bool](repeating: false, count: index.patients.ids.count)
        var isPredicted = [Bool](repeating: false, count: labels.entries.count)
        entries.reserveCapacity(predictions.entries.count)
        var origins = Origins(predictions, rows: labels.entries.count, patients: isPresent.count)
        for row in predictions.entries {
            func pass(over reason: String) {
                problems.append("\(predictions.paths[Int(row.file)]):\(row.line): \(reason)")
            }
            guard let place = index.row(of: SymbolPair(own(row.key.first), own(row.key.second))) else {
                pass(over: "\(predictions.symbols.text(row.key)) is not in \(labels.path)")
                continue
            }
            let breast = Int(index.breasts.ofRow[place])
            let id = index.breasts.ids[breast]
            if !row.breast.isAbsent, own(row.breast) != id {
                pass(
                    over: "prediction_id is \(predictions.symbols.text(row.breast)), but \(labels.path) has "
                        + labels.symbols.text(id))
                continue
            }
            let patient = index.patientOfBreast[breast]
            (isPresent[patient], isPredicted[place]) = (true, true)
            entries.append(Entry(score: row.score, breast: Int32(breast), labelRow: Int32(place)))
            origins.add(row, at: place, of: patient, named: name(patient))
        }
        guard !entries.isEmpty else {
            throw .table(
                path: predictions.name,
                reason: "no prediction belongs to a row of \(labels.path); first problem: \(problems.first ?? "none")")
        }
        problems += index.missing(
            in: predictions, isPredicted: isPredicted, isPresent: isPresent, isPartial: isPartial)
        if let divided = origins.divided { problems.append(divided) }
        self.labels = labels
        self.problems = problems
        self.entries = entries
        self.index = index
        absentPatients = isPresent.count { !$0 }
        (folds, originAttribute) = (origins.folds(name), origins.attribute)
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
        var groups = entries.map { Int($0.breast) }
        let (rowIDs, symbols) = (self.labels.entries, self.labels.symbols)
        func cases(_ ids: [SymbolPair], _ patients: [Int], _ labels: [Bool], _ rows: RowSelection) -> Cases {
            let patientIDs = index.patients.ids.map { SymbolPair($0, .absent) }
            return Cases(
                unit: unit, aggregate: unit == units.first ? nil : aggregate,
                set: ScoredSet(labels: labels, scores: scores),
                names: (IDList(ids, of: symbols), IDList(patientIDs, of: symbols)), patients: patients, labelRows: rows)
        }
        if unit == .image {
            return cases(
                entries.map { SymbolPair(rowIDs[Int($0.labelRow)].patient, rowIDs[Int($0.labelRow)].image) },
                groups.map { index.patientOfBreast[$0] }, entries.map { rowIDs[Int($0.labelRow)].cancer },
                RowSelection(rows: entries.map(\.labelRow)))
        }
        (groups, scores) = Self.together(groups, scores, aggregate)
        if unit == .breast {
            return cases(
                groups.map { SymbolPair(index.breasts.ids[$0], .absent) }, groups.map { index.patientOfBreast[$0] },
                groups.map { index.breasts.hasCancer[$0] }, RowSelection(of: index.rowsOfBreast, groups))
        }
        var patients = groups.map { index.patientOfBreast[$0] }
        (patients, scores) = Self.together(patients, scores, aggregate)
        return cases(
            patients.map { SymbolPair(index.patients.ids[$0], .absent) }, patients,
            patients.map { index.patients.hasCancer[$0] }, RowSelection(of: index.rowsOfPatient, patients))
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

/// scikit-learn's StratifiedGroupKFold: no patient in two folds, cancers as evenly spread as that allows.
///
/// Follows `sklearn.model_selection.StratifiedGroupKFold` (1.9) operation by operation in double precision, the order of
/// additions included, so that every row gets the same fold. Patients are taken in order of how uneven their own labels
/// are, and each goes to the fold that keeps the spread of each class over the folds smallest.
public struct StratifiedGroupFolds: Sendable {
    /// The fold of each row.
    public let foldOfRow: [Int]
    /// How many folds there are.
    public let count: Int
    /// What scikit-learn would have warned of.
    public let warnings: [String]

    /// Assigns the rows of a table that has labels.
    ///
    /// - Parameters:
    ///   - table: a table read with its labels.
    ///   - folds: how many, at least two.
    ///   - shuffleSeed: numpy's `random_state`; nil for `shuffle=False`.
    ///   - advanced: is given the number of rows of each patient who has been placed.
    /// - Throws: `DataError.split` where there are fewer patients, or fewer rows of every class, than folds.
    public init(
        _ table: ImageTable, folds: Int, shuffleSeed: UInt32? = nil, advanced: (Int) -> Void = { _ in }
    ) throws(DataError) {
        let classes = table.rows.compactMap { row in row.cancer.map { $0 ? 1 : 0 } }
        guard classes.count == table.rows.count else { throw .split("folds need a label in every row") }
        try self.init(
            classes: classes, groups: table.patientNumbers(), folds: folds,
            shuffleSeed: shuffleSeed, advanced: advanced)
    }

    /// `classes` and `groups` have an element a row; groups are numbered from 0 in the order in which numpy sorts them.
    init(
        classes: [Int], groups: [Int], folds: Int, shuffleSeed: UInt32?, advanced: (Int) -> Void
    ) throws(DataError) {
        let present = Set(classes).sorted()
        let classIndex = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
        let groupCount = (groups.max() ?? -1) + 1
        var classTotals = [Double](repeating: 0, count: present.count)
        var groupCounts = [[Double]](repeating: classTotals, count: groupCount)
        for (label, group) in zip(classes, groups) {
            let index = classIndex[label] ?? 0
            groupCounts[group][index] += 1
            classTotals[index] += 1
        }
        warnings = try Self.check(folds: folds, groups: groupCount, classTotals: classTotals)

        var order = Array(0..<groupCount)
        if let shuffleSeed {
            var random = LegacyRandomState(seed: shuffleSeed)
            random.shuffle(&order)
        }
        // Stable, as numpy's argsort(kind="stable") of the negated deviations.
        let deviations = groupCounts.map { deviation($0) }
        let sorted = order.enumerated().sorted { left, right in
            let (a, b) = (-deviations[left.element], -deviations[right.element])
            return a != b ? a < b : left.offset < right.offset
        }.map(\.element)

        var ledger = FoldLedger(folds: folds, classTotals: classTotals)
        var foldOfGroup = [Int](repeating: 0, count: groupCount)
        for group in sorted {
            foldOfGroup[group] = ledger.place(groupCounts[group])
            advanced(Int(groupCounts[group].reduce(0, +)))
        }
        foldOfRow = groups.map { foldOfGroup[$0] }
        count = folds
    }

    private static func check(folds: Int, groups: Int, classTotals: [Double]) throws(DataError) -> [String] {
        guard folds >= 2 else { throw .split("\(folds) folds, expected at least 2") }
        guard folds <= groups else { throw .split("\(folds) folds, expected at most \(groups): one patient each") }
        let smallest = classTotals.min() ?? 0
        guard classTotals.contains(where: { Double(folds) <= $0 }) else {
            throw .split("\(folds) folds, expected at most the images of a class")
        }
        return Double(folds) > smallest
            ? ["the rarest class has only \(Int(smallest)) images, fewer than \(folds) folds"] : []
    }
}

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
    /// - Throws: `DataError.split` where there are fewer patients, or fewer rows of every class, than folds.
    public init(_ table: ImageTable, folds: Int, shuffleSeed: UInt32? = nil) throws(DataError) {
        let classes = table.rows.compactMap { row in row.cancer.map { $0 ? 1 : 0 } }
        guard classes.count == table.rows.count else { throw .split("folds need a label in every row") }
        try self.init(
            classes: classes, groups: sortedGroups(of: table.rows.map(\.patientID)), folds: folds,
            shuffleSeed: shuffleSeed)
    }

    /// `classes` and `groups` have an element a row; groups are numbered from 0 in the order in which numpy sorts them.
    init(classes: [Int], groups: [Int], folds: Int, shuffleSeed: UInt32?) throws(DataError) {
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
        for group in sorted { foldOfGroup[group] = ledger.place(groupCounts[group]) }
        foldOfRow = groups.map { foldOfGroup[$0] }
        count = folds
    }

    private static func check(folds: Int, groups: Int, classTotals: [Double]) throws(DataError) -> [String] {
        guard folds >= 2 else { throw .split("\(folds) folds, expected at least 2") }
        guard folds <= groups else { throw .split("\(folds) folds are more than the \(groups) patients") }
        let smallest = classTotals.min() ?? 0
        guard classTotals.contains(where: { Double(folds) <= $0 }) else {
            throw .split("\(folds) folds are more than the images of any class")
        }
        return Double(folds) > smallest
            ? ["the rarest class has only \(Int(smallest)) images, fewer than \(folds) folds"] : []
    }
}

/// The counts of each class in each fold, and where the next group does least harm.
private struct FoldLedger {
    var counts: [[Double]]
    let classTotals: [Double]

    init(folds: Int, classTotals: [Double]) {
        counts = [[Double]](repeating: [Double](repeating: 0, count: classTotals.count), count: folds)
        self.classTotals = classTotals
    }

    /// Adds the group to the best fold and returns that.
    mutating func place(_ group: [Double]) -> Int {
        var best = 0
        var leastSpread = Double.infinity
        var fewestRows = Double.infinity
        for fold in counts.indices {
            let before = counts[fold]
            for c in group.indices { counts[fold][c] += group[c] }
            let spread = meanSpread()
            counts[fold] = before
            let rows = before.reduce(0, +)
            // numpy.isclose with its default tolerances
            let isClose = abs(spread - leastSpread) <= 1e-8 + 1e-5 * abs(leastSpread)
            if spread < leastSpread || (isClose && rows < fewestRows) {
                (best, leastSpread, fewestRows) = (fold, spread, rows)
            }
        }
        for c in group.indices { counts[best][c] += group[c] }
        return best
    }

    /// The mean over the classes of the deviation, over the folds, of each fold's share of the class.
    private func meanSpread() -> Double {
        // With one class numpy's column of shares is one run of memory, and is added up in another order.
        if let total = classTotals.first, classTotals.count == 1 {
            return deviation(counts.map { $0[0] / total }) { pairwiseSum($0[...]) }
        }
        var sum = 0.0
        for c in classTotals.indices { sum += deviation(counts.map { $0[c] / classTotals[c] }) }
        return sum / Double(classTotals.count)
    }
}

/// numpy's `std`: the population's deviation, in two passes.
private func deviation(_ values: [Double], sum: ([Double]) -> Double = { $0.reduce(0, +) }) -> Double {
    let count = Double(values.count)
    let mean = sum(values) / count
    return (sum(values.map { ($0 - mean) * ($0 - mean) }) / count).squareRoot()
}

/// numpy's pairwise summation, which it uses where the numbers lie side by side in memory.
private func pairwiseSum(_ values: ArraySlice<Double>) -> Double {
    if values.count < 8 { return values.reduce(0, +) }
    if values.count > 128 {
        let half = values.count / 2 / 8 * 8
        return pairwiseSum(values.prefix(half)) + pairwiseSum(values.dropFirst(half))
    }
    var lanes = Array(values.prefix(8))
    let whole = values.count / 8 * 8
    for (i, value) in values.prefix(whole).enumerated().dropFirst(8) { lanes[i % 8] += value }
    let sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    return values.dropFirst(whole).reduce(sum, +)
}

/// Numbers ids in the order in which pandas and numpy sort them: as integers where all are, else by code point.
func sortedGroups(of ids: [String]) -> [Int] {
    let integers = ids.map(Int.init)
    if integers.allSatisfy({ $0 != nil }) { return ranks(of: integers.map { $0 ?? 0 }) { $0 < $1 } }
    // UTF-8 bytes sort as code points do, which Swift's own order of strings does not.
    return ranks(of: ids) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

private func ranks<ID: Hashable>(of ids: [ID], by precedes: (ID, ID) -> Bool) -> [Int] {
    let sorted = Set(ids).sorted(by: precedes)
    let rank = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    return ids.map { rank[$0] ?? 0 }
}

/// The counts of each class in each fold, and where the next group does least harm.
///
/// scikit-learn tries each fold: it adds the group, takes the mean over the classes of the deviation over the folds of each
/// fold's share of the class (the spread), and compares. Rounding decides between folds with the same counts, so spreads have
/// to be summed as numpy sums them; but that takes as many additions as there are folds, for each fold. Whole numbers give
/// the same spread at once, but for rounding: numpy's way is gone only where it takes that to tell two folds apart.
package struct FoldLedger {
    private let folds: Int
    private var classes: [FoldShares]
    private var rows: [Double]
    /// What folds with the same counts of all classes have in common.
    private var kinds: [Int]
    private var kindOfCounts: [[Double]: Int]
    /// How far a spread as numpy sums it may be from one taken from whole numbers.
    ///
    /// With u = 2^-53 a share, at most 1, is rounded by u, their mean over n folds by (n + 2) u, and a difference from it by
    /// (n + 3) u; the root of the mean of their squares is off by no more (Minkowski), and by (n / 2 + 5) u of itself. This
    /// is twice that.
    private let margin: Double
    private var spreads: Spreads

    package init(folds: Int, classTotals: [Double]) {
        self.folds = folds
        classes = classTotals.map { FoldShares(folds: folds, total: $0) }
        rows = [Double](repeating: 0, count: folds)
        kinds = [Int](repeating: 0, count: folds)
        kindOfCounts = [[Double](repeating: 0, count: classTotals.count): 0]
        // Beyond that many rows whole numbers might overflow; every spread is then summed up.
        let isExact = classTotals.allSatisfy { $0 < 3e7 } && folds <= 1000
        margin = isExact ? 4 * Double(folds + 16) * 0x1p-53 : .infinity
        spreads = Spreads(folds: folds)
    }

    /// Adds the group, given by its rows of each class, to the best fold and returns that.
    package mutating func place(_ group: [Double]) -> Int {
        spreads.start(group, classes)
        var best: Int?
        for fold in 0..<folds where best == nil || isBetter(fold, than: best ?? 0) { best = fold }
        let fold = best ?? 0
        for (index, count) in group.enumerated() { classes[index].add(count, to: fold) }
        rows[fold] += group.reduce(0, +)
        let counts = classes.map { $0.count(in: fold) }
        kinds[fold] = kindOfCounts[counts, default: kindOfCounts.count]
        kindOfCounts[counts] = kinds[fold]
        return fold
    }

    /// `spread < best's or isclose(spread, best's) and rows < best's`, with numpy's default tolerances.
    private mutating func isBetter(_ fold: Int, than best: Int) -> Bool {
        let (one, other) = (spreads.estimates[fold], spreads.estimates[best])
        let isEmptier = rows[fold] < rows[best]
        let tolerance = 1e-8 + 1e-5 * other
        if margin < .infinity {
            if one < other - 2 * margin { return true }
            let distance = abs(one - other)
            if isEmptier, distance < tolerance - 4 * margin { return true }
            if one > other + 2 * margin, !isEmptier || distance > tolerance + 4 * margin { return false }
        }
        let (exact, least) = (spreads.exact(fold, kinds, &classes), spreads.exact(best, kinds, &classes))
        return exact < least || isEmptier && abs(exact - least) <= 1e-8 + 1e-5 * abs(least)
    }
}

/// What the spread would be with one group in each of the folds.
private struct Spreads {
    /// From whole numbers.
    private(set) var estimates: [Double]
    /// As numpy adds them up; NaN where that has not been done.
    private var sums: [Double]
    private var group: [Double] = []

    init(folds: Int) {
        estimates = [Double](repeating: 0, count: folds)
        sums = [Double](repeating: .nan, count: folds)
    }

    mutating func start(_ group: [Double], _ classes: [FoldShares]) {
        self.group = group
        for fold in estimates.indices {
            estimates[fold] = 0
            sums[fold] = .nan
        }
        for (shares, count) in zip(classes, group) { shares.addEstimates(to: &estimates, adding: Int(count)) }
        for fold in estimates.indices { estimates[fold] /= Double(classes.count) }
    }

    /// As numpy adds it up. Those of the next folds that have the same counts will be asked for too, and are added up beside it.
    mutating func exact(_ fold: Int, _ kinds: [Int], _ classes: inout [FoldShares]) -> Double {
        if !sums[fold].isNaN { return sums[fold] }
        var alike: [Int] = []
        alike.reserveCapacity(kinds.count - fold)
        for other in fold..<kinds.count where kinds[other] == kinds[fold] && sums[other].isNaN { alike.append(other) }
        var totals = [Double](repeating: 0, count: alike.count)
        for (index, count) in group.enumerated() {
            let deviations = classes[index].deviations(adding: count, toEachOf: alike, isOnlyClass: classes.count == 1)
            for place in totals.indices { totals[place] += deviations[place] }
        }
        for (place, other) in alike.enumerated() { sums[other] = totals[place] / Double(classes.count) }
        return totals[0] / Double(classes.count)
    }
}

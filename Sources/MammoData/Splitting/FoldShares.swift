/// The rows of one class in each fold, and the deviation of their shares over the folds.
struct FoldShares {
    private let total: Double
    private var counts: [Double]
    private var shares: [Double]
    private var sum = 0
    private var sumOfSquares = 0
    /// The deviation as it is; nil where it has not been summed up since rows were added.
    private var unchanged: Double?

    init(folds: Int, total: Double) {
        self.total = total
        counts = [Double](repeating: 0, count: folds)
        shares = counts
    }

    mutating func add(_ count: Double, to fold: Int) {
        guard count != 0 else { return }
        unchanged = nil
        let (before, added) = (Int(counts[fold]), Int(count))
        sum &+= added
        sumOfSquares &+= added &* (2 &* before &+ added)
        counts[fold] += count
        shares[fold] = counts[fold] / total
    }

    /// The rows in a fold.
    func count(in fold: Int) -> Double { counts[fold] }

    /// Adds to each fold's estimate the deviation that there would be with `count` more rows in it: with n folds of x rows it
    /// is the root of n Σx² - (Σx)², over n times the total. Whole numbers may wrap, and it is then no deviation at all: the
    /// ledger knows from how many rows on.
    func addEstimates(to estimates: inout [Double], adding count: Int) {
        let folds = counts.count
        let base = folds &* sumOfSquares &- (sum &+ count) &* (sum &+ count)
        let scale = 1 / (Double(folds) * total)
        guard count != 0 else {
            let same = Double(base).squareRoot() * scale
            for fold in 0..<folds { estimates[fold] += same }
            return
        }
        for fold in 0..<folds {
            let squared = base &+ folds &* count &* (2 &* Int(counts[fold]) &+ count)
            estimates[fold] += Double(squared).squareRoot() * scale
        }
    }

    /// The deviations with `count` more rows in each of `folds`, one at a time, operation by operation as numpy's `std`.
    ///
    /// - Parameters:
    ///   - count: Rows of this class.
    ///   - folds: Rising; all have as many rows.
    ///   - isOnlyClass: Whether there is no other class.
    /// - Returns: One for each of `folds`.
    mutating func deviations(adding count: Double, toEachOf folds: [Int], isOnlyClass: Bool) -> [Double] {
        // With one class numpy's column of shares is one run of memory, and is added up in another order.
        let sum: ([Double]) -> Double = { isOnlyClass ? pairwiseSum($0[...]) : $0.reduce(0, +) }
        if count == 0 {
            let deviation = unchanged ?? deviation(shares, sum: sum)
            unchanged = deviation
            return [Double](repeating: deviation, count: folds.count)
        }
        let changed = (counts[folds[0]] + count) / total
        if isOnlyClass {
            return folds.map { fold in
                var values = shares
                values[fold] = changed
                return deviation(values, sum: sum)
            }
        }
        let number = Double(shares.count)
        let means = CoalescedSums(shares, changing: folds, to: changed) { $0 }.sums.map { $0 / number }
        var deviations = [Double](repeating: 0, count: folds.count)
        var isDone = [Bool](repeating: false, count: folds.count)
        for first in folds.indices where !isDone[first] {
            let mean = means[first]
            let alike = (first..<folds.count).filter { means[$0] == mean }
            let squares = CoalescedSums(shares, changing: alike.map { folds[$0] }, to: changed) {
                ($0 - mean) * ($0 - mean)
            }
            for (place, sum) in zip(alike, squares.sums) {
                (deviations[place], isDone[place]) = ((sum / number).squareRoot(), true)
            }
        }
        return deviations
    }
}

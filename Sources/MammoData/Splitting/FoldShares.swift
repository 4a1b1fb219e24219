/// The rows of one class in each fold, and the deviation of their shares over the folds.
struct FoldShares {
    private let total: Double
    private var counts: [Double]
    private var shares: [Double]
    private var sum = 0
    private var sumOfSquares = 0

    init(folds: Int, total: Double) {
        self.total = total
        counts = [Double](repeating: 0, count: folds)
        shares = counts
    }

    mutating func add(_ count: Double, to fold: Int) {
        let (before, added) = (Int(counts[fold]), Int(count))
        sum &+= added
        sumOfSquares &+= added &* (2 &* before &+ added)
        counts[fold] += count
        shares[fold] = counts[fold] / total
    }

    /// Whether two folds have as many rows.
    func isAlike(_ one: Int, _ other: Int) -> Bool { counts[one] == counts[other] }

    /// Adds to each fold's estimate the deviation that there would be with `count` more rows in it: with n folds of x rows it
    /// is the root of n Σx² - (Σx)², over n times the total. Whole numbers may wrap, and it is then no deviation at all: the
    /// ledger knows from how many rows on.
    func addEstimates(to estimates: inout [Double], adding count: Int) {
        let folds = counts.count
        let base = folds &* sumOfSquares &- (sum &+ count) &* (sum &+ count)
        let scale = 1 / (Double(folds) * total)
        for fold in 0..<folds {
            let squared = base &+ folds &* count &* (2 &* Int(counts[fold]) &+ count)
            estimates[fold] += Double(squared).squareRoot() * scale
        }
    }

    /// The deviations with `count` more rows in each of `folds`, one at a time, operation by operation as numpy's `std`.
    /// The folds rise; lanes behind the last repeat the first.
    func deviations(adding count: Double, toEachOf folds: SIMD8<Int64>, isOnlyClass: Bool) -> SIMD8<Double> {
        var changed = SIMD8<Double>()
        for lane in folds.indices { changed[lane] = (counts[Int(folds[lane])] + count) / total }
        // With one class numpy's column of shares is one run of memory, and is added up in another order.
        if isOnlyClass {
            var found = SIMD8<Double>()
            for lane in folds.indices {
                var values = shares
                values[Int(folds[lane])] = changed[lane]
                found[lane] = deviation(values) { pairwiseSum($0[...]) }
            }
            return found
        }
        let number = SIMD8(repeating: Double(shares.count))
        return shares.withUnsafeBufferPointer { shares in
            var sum = SIMD8<Double>(repeating: 0)
            forEachShare(shares, changed, folds) { sum += $0 }
            let mean = sum / number
            var squares = SIMD8<Double>(repeating: 0)
            forEachShare(shares, changed, folds) { squares += ($0 - mean) * ($0 - mean) }
            return (squares / number).squareRoot()
        }
    }

    /// Every fold's share in order, in each lane that of its own fold changed.
    @inline(__always)
    private func forEachShare(
        _ shares: UnsafeBufferPointer<Double>, _ changed: SIMD8<Double>, _ folds: SIMD8<Int64>,
        _ body: (SIMD8<Double>) -> Void
    ) {
        var fold = 0
        // Between the lanes' folds all lanes have the same shares.
        for lane in folds.indices where lane == 0 || folds[lane] > folds[lane - 1] {
            let end = Int(folds[lane])
            while fold < end {
                body(SIMD8(repeating: shares[fold]))
                fold += 1
            }
            body(SIMD8(repeating: shares[end]).replacing(with: changed, where: folds .== SIMD8(repeating: Int64(end))))
            fold = end + 1
        }
        while fold < shares.count {
            body(SIMD8(repeating: shares[fold]))
            fold += 1
        }
    }
}

import Testing

import MammoData

/// Every spread added up, as scikit-learn does it: what the ledger has to come to in less.
private struct PlainLedger {
    var counts: [[Double]]
    let classTotals: [Double]

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
            let isClose = abs(spread - leastSpread) <= 1e-8 + 1e-5 * abs(leastSpread)
            if spread < leastSpread || (isClose && rows < fewestRows) {
                (best, leastSpread, fewestRows) = (fold, spread, rows)
            }
        }
        for c in group.indices { counts[best][c] += group[c] }
        return best
    }

    private func meanSpread() -> Double {
        if classTotals.count == 1 { return deviation(counts.map { $0[0] / classTotals[0] }) { pairwiseSum($0[...]) } }
        var sum = 0.0
        for c in classTotals.indices { sum += deviation(counts.map { $0[c] / classTotals[c] }) }
        return sum / Double(classTotals.count)
    }
}

@Suite("Where a group goes, against every spread added up")
struct FoldLedgerTests {
    @Test(arguments: [2, 3, 7, 8, 9, 17, 60, 129], [1, 2])
    func groupByGroup(_ folds: Int, _ classes: Int) {
        for mostRows in [1, 3, 40] {
            let groups = (0..<(folds * 6)).map { _ -> [Double] in
                (0..<classes).map { $0 == 0 ? Double(Int.random(in: 1...mostRows)) : Double(Int.random(in: 0...2)) }
            }
            // The last: so many rows that whole numbers might overflow.
            for scale in [1.0, 1000, 1e7] {
                let scaled = groups.map { $0.map { $0 * scale } }
                let totals = (0..<classes).map { c in max(1, scaled.reduce(0) { $0 + $1[c] }) }
                var ledger = FoldLedger(folds: folds, classTotals: totals)
                var plain = PlainLedger(
                    counts: [[Double]](repeating: [Double](repeating: 0, count: classes), count: folds),
                    classTotals: totals)
                #expect(scaled.map { ledger.place($0) } == scaled.map { plain.place($0) })
            }
        }
    }
}

@Suite("Sums of lists that differ in one number, against each added up by itself")
struct CoalescedSumsTests {
    @Test(
        "Shares of equal folds, and numbers of all magnitudes, where no two sums need be alike",
        arguments: [1, 8, 9, 100, 700])
    func listByList(_ count: Int) {
        for round in 0..<20 {
            let isEven = round % 2 == 0
            let values = (0..<count).map { _ in
                isEven
                    ? Double(Int.random(in: 3...5)) / 4096.3
                    : Double.random(in: 0...1) * Double(sign: .plus, exponent: Int.random(in: -40...0), significand: 1)
            }
            let places = values.indices.filter { _ in Int.random(in: 0..<3) > 0 }
            let changed = values[0] + 1 / 4096.3
            for mean in [0, values.reduce(0, +) / Double(count)] {
                func term(_ value: Double) -> Double { mean == 0 ? value : (value - mean) * (value - mean) }
                let plain = places.map { place in
                    values.indices.reduce(0) { $0 + term($1 == place ? changed : values[$1]) }
                }
                #expect(CoalescedSums(values, changing: places, to: changed, term).sums == plain)
            }
        }
    }
}

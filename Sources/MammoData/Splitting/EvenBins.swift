/// Items of different sizes in a given number of bins, the bins as even as exchange between any two can make them.
///
/// Largest first into the emptiest bin (Graham 1969, doi:10.1137/0117039), then, while two bins differ by more than one,
/// the fullest and another are divided anew in the best way there is, which a table of reachable sums gives exactly.
package struct EvenBins {
    /// The items of each bin, in rising order.
    package private(set) var bins: [[Int]]
    private let sizes: [Int]

    package init(sizes: [Int], bins count: Int) {
        self.sizes = sizes
        bins = [[Int]](repeating: [], count: count)
        var totals = [Int](repeating: 0, count: count)
        let order = sizes.indices.sorted { sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1 }
        for item in order {
            let emptiest = totals.indices.min { totals[$0] != totals[$1] ? totals[$0] < totals[$1] : $0 < $1 } ?? 0
            bins[emptiest].append(item)
            totals[emptiest] += sizes[item]
        }
        while improve() {}
        for bin in bins.indices { bins[bin].sort() }
    }

    private func total(_ bin: Int) -> Int { bins[bin].reduce(0) { $0 + sizes[$1] } }

    /// Divides one pair of bins more evenly; false where no pair can be.
    private mutating func improve() -> Bool {
        let totals = bins.indices.map(total)
        let byTotal = bins.indices.sorted { totals[$0] < totals[$1] }
        for fuller in byTotal.reversed() where bins[fuller].count > 1 {
            for emptier in byTotal where totals[fuller] - totals[emptier] > 1 {
                let items = bins[fuller] + bins[emptier]
                let half = subset(of: items, nearestTo: (totals[fuller] + totals[emptier]) / 2)
                let sum = half.reduce(0) { $0 + sizes[items[$1]] }
                let difference = abs(totals[fuller] + totals[emptier] - 2 * sum)
                guard difference < totals[fuller] - totals[emptier] else { continue }
                bins[emptier] = half.sorted().map { items[$0] }
                bins[fuller] = items.indices.filter { !half.contains($0) }.map { items[$0] }
                return true
            }
        }
        return false
    }

    /// The places in `items` of a subset whose sum comes nearest to `target` from below.
    private func subset(of items: [Int], nearestTo target: Int) -> Set<Int> {
        // lastItem[s] is the item that first reached the sum s, so that the way back never uses an item twice.
        var lastItem = [Int?](repeating: nil, count: target + 1)
        var reachable = [Bool](repeating: false, count: target + 1)
        reachable[0] = true
        for (place, item) in items.enumerated() where sizes[item] <= target {
            for sum in stride(from: target, through: sizes[item], by: -1)
            where !reachable[sum] && reachable[sum - sizes[item]] {
                reachable[sum] = true
                lastItem[sum] = place
            }
        }
        var sum = reachable.lastIndex(of: true) ?? 0
        var chosen: Set<Int> = []
        while sum > 0, let place = lastItem[sum] {
            chosen.insert(place)
            sum -= sizes[items[place]]
        }
        return chosen
    }
}

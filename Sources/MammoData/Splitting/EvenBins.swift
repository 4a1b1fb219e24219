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
        // lastItem[s] is the item that first reached the sum s, so that the way back never uses an item twice; no later item
        // changes the way to a sum, so that the target's is known as soon as it is reached.
        var lastItem = [Int32](repeating: -1, count: target + 1)
        var reachable = ReachableSums(upTo: target)
        for (place, item) in items.enumerated() {
            reachable.add(sizes[item]) { lastItem[$0] = Int32(place) }
            if reachable.highest == target { break }
        }
        var sum = reachable.highest
        var chosen: Set<Int> = []
        while sum > 0 {
            let place = Int(lastItem[sum])
            chosen.insert(place)
            sum -= sizes[items[place]]
        }
        return chosen
    }
}

/// The sums of subsets of numbers up to a limit, a bit each.
private struct ReachableSums {
    /// The highest.
    private(set) var highest = 0
    private let limit: Int
    private var words: [UInt64]

    init(upTo limit: Int) {
        self.limit = limit
        words = [UInt64](repeating: 0, count: limit / 64 + 1)
        words[0] = 1
    }

    /// Adds a number; `reach` is given each sum that it makes reachable.
    mutating func add(_ number: Int, _ reach: (Int) -> Void) {
        guard number <= limit else { return }
        let (whole, bits) = number.quotientAndRemainder(dividingBy: 64)
        let before = highest
        // From above, so that no sum has the number twice.
        for word in stride(from: min(limit, before + number) / 64, through: whole, by: -1) {
            var shifted = words[word - whole] << UInt64(bits)
            if bits > 0, word > whole { shifted |= words[word - whole - 1] >> UInt64(64 - bits) }
            var new = shifted & ~words[word]
            if word == limit / 64 { new &= UInt64.max >> UInt64(63 - limit % 64) }
            words[word] |= new
            while new != 0 {
                let sum = 64 * word + new.trailingZeroBitCount
                reach(sum)
                highest = max(highest, sum)
                new &= new - 1
            }
        }
    }
}

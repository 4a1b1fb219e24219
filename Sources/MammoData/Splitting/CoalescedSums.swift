/// The sums of one list of numbers in each of which another number of the list is changed to the same value, each sum added up
/// from the first number to the last in double precision.
///
/// Before its change a sum is the unchanged list's; behind it, all sums have had the same numbers added, but for the order, and
/// differ by rounding: most have come to the very same bits, and go on as one. A handful of different sums is thus added to at
/// each number, instead of one for each change.
package struct CoalescedSums {
    /// The sums in the order of the changes.
    package let sums: [Double]

    /// Adds up.
    ///
    /// - Parameters:
    ///   - values: The list.
    ///   - places: Where one number is changed, rising.
    ///   - changed: What it becomes.
    ///   - term: What of each number is added.
    @inline(__always)
    package init(_ values: [Double], changing places: [Int], to changed: Double, _ term: (Double) -> Double) {
        var sums = [Double](repeating: 0, count: places.count)
        // With as many changes as there are lanes, no sum is without one.
        var open = [places.indices]
        while let range = open.popLast() {
            let isSummed = values.withUnsafeBufferPointer { values in
                places.withUnsafeBufferPointer { places in
                    sums.withUnsafeMutableBufferPointer { sums in
                        Self.add(
                            values, changing: UnsafeBufferPointer(rebasing: places[range]), to: changed, term,
                            into: UnsafeMutableBufferPointer(rebasing: sums[range]))
                    }
                }
            }
            if isSummed { continue }
            let middle = (range.lowerBound + range.upperBound) / 2
            open += [range.lowerBound..<middle, middle..<range.upperBound]
        }
        self.sums = sums
    }

    /// Adds up the sums of some changes; false where there are more different sums at a time than lanes.
    @inline(__always)
    private static func add(
        _ values: UnsafeBufferPointer<Double>, changing places: UnsafeBufferPointer<Int>, to changed: Double,
        _ term: (Double) -> Double, into sums: UnsafeMutableBufferPointer<Double>
    ) -> Bool {
        let changedTerm = term(changed)
        var lanes = SIMD8<Double>(repeating: 0)
        var used = 0
        var unchanged = 0.0
        var at = 0
        withUnsafeTemporaryAllocation(of: Int.self, capacity: places.count) { laneOfChange in
            for change in places.indices {
                // Up to the changed number all open sums have the same numbers added.
                while at < places[change] {
                    let value = term(values[at])
                    lanes += value
                    unchanged += value
                    at += 1
                }
                let value = term(values[at])
                lanes += value
                let sum = unchanged + changedTerm
                unchanged += value
                at += 1
                var lane = 0
                while lane < used, lanes[lane] != sum { lane += 1 }
                if lane == lanes.scalarCount {
                    used = merge(&lanes, UnsafeMutableBufferPointer(rebasing: laneOfChange[..<change]))
                    lane = used
                    if used == lanes.scalarCount { return }
                }
                if lane == used {
                    lanes[lane] = sum
                    used += 1
                }
                laneOfChange[change] = lane
            }
            while at < values.count {
                lanes += term(values[at])
                at += 1
            }
            for change in places.indices { sums[change] = lanes[laneOfChange[change]] }
            at += 1
        }
        return at > values.count
    }

    /// Makes one lane of those that have become equal; returns how many are left.
    private static func merge(_ lanes: inout SIMD8<Double>, _ laneOfChange: UnsafeMutableBufferPointer<Int>) -> Int {
        var (used, newLane) = (0, [Int](repeating: 0, count: lanes.scalarCount))
        for lane in 0..<lanes.scalarCount {
            var equal = 0
            while equal < used, lanes[equal] != lanes[lane] { equal += 1 }
            if equal == used {
                lanes[used] = lanes[lane]
                used += 1
            }
            newLane[lane] = equal
        }
        for change in laneOfChange.indices { laneOfChange[change] = newLane[laneOfChange[change]] }
        return used
    }
}

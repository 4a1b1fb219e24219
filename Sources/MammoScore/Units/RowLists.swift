/// Lists of rows, one behind the other.
package struct RowLists: Sendable {
    /// Where each list begins in `rows`, and behind them where the last ends.
    private let starts: [Int32]
    private let rows: [Int32]

    /// - Parameter lists: Rows from 0.
    package init(_ lists: [[Int]]) {
        rows = lists.joined().map { Int32($0) }
        starts = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    }

    /// The rows of each group, in their order.
    ///
    /// - Parameters:
    ///   - groupOfRow: From 0.
    ///   - count: How many groups there are.
    init(groupOfRow: [Int32], count: Int) {
        var starts = [Int32](repeating: 0, count: count + 1)
        for group in groupOfRow { starts[Int(group) + 1] += 1 }
        for group in 0..<count { starts[group + 1] += starts[group] }
        var (ends, rows) = (starts, [Int32](repeating: 0, count: groupOfRow.count))
        for (row, group) in groupOfRow.enumerated() {
            rows[Int(ends[Int(group)])] = Int32(row)
            ends[Int(group)] += 1
        }
        (self.starts, self.rows) = (starts, rows)
    }

    /// The rows of a list, from 0.
    package subscript(list: Int) -> ArraySlice<Int32> { rows[Int(starts[list])..<Int(starts[list + 1])] }
}

/// Some of such lists, or rows by themselves.
package struct RowSelection: Sendable {
    /// Lists in another order, each maybe several times; where `lists` is nil, single rows.
    private let places: [Int32]
    private let lists: RowLists?

    init(of lists: RowLists, _ places: [Int]) { (self.lists, self.places) = (lists, places.map { Int32($0) }) }

    init(rows: [Int32]) { (lists, places) = (nil, rows) }

    /// All of the lists.
    package init(_ lists: [[Int]]) { self.init(of: RowLists(lists), Array(lists.indices)) }

    /// How many there are.
    package var count: Int { places.count }

    /// The rows of the list at a place, from 0.
    package subscript(place: Int) -> ArraySlice<Int32> { lists.map { $0[Int(places[place])] } ?? places[place...place] }
}

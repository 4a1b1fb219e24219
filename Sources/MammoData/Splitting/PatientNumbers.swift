extension ImageTable {
    /// The patient of each row as a number from 0: all of `mammo split` tells patients apart by it.
    ///
    /// Data sets come one after the other, that of rows without one first: in each, ids are compared as if it stood alone.
    package func patientNumbers() -> [Int] {
        var numbers = [Int](repeating: 0, count: rows.count)
        var first = 0
        let placesOfSet = Dictionary(grouping: rows.indices) { rows[$0].dataset ?? "" }
        for (set, places) in placesOfSet.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let prefix = set.isEmpty ? 0 : set.utf8.count + 1
            let ownIDs = places.map { String(decoding: rows[$0].patientID.utf8.dropFirst(prefix), as: UTF8.self) }
            let ranks = MammoData.patientNumbers(of: ownIDs)
            for (place, rank) in zip(places, ranks) { numbers[place] = first + rank }
            first += (ranks.max() ?? -1) + 1
        }
        return numbers
    }
}

/// Numbers ids in the order in which pandas and numpy sort them: as integers where all are, so that 007 is 7, else by code
/// point.
func patientNumbers(of ids: [String]) -> [Int] {
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

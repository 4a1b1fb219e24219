extension ImageTable {
    /// The patient of each row as a number from 0: all of `mammo split` tells patients apart by it.
    func patientNumbers() -> [Int] { MammoData.patientNumbers(of: rows.map(\.patientID)) }
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

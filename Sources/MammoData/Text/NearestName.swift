/// The name that was probably meant.
package enum NearestName {
    /// Looks for it.
    ///
    /// - Parameters:
    ///   - name: As it was written.
    ///   - names: Those there are.
    /// - Returns: The one that is two letters off at most, of a long one three, of one of three letters or fewer one;
    ///   capitals and what stands between words make no difference. Nil where none is.
    package static func of(_ name: String, in names: [String]) -> String? {
        func plain(_ name: String) -> [Character] { name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 } }
        let near = names.map { ($0, distance(plain($0), plain(name))) }
        return near.min { $0.1 < $1.1 }.flatMap { $0.1 <= (name.count < 4 ? 1 : name.count < 8 ? 2 : 3) ? $0.0 : nil }
    }

    /// How many letters have to be put in, taken out or changed (Levenshtein).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let changed = corner + (letter == other ? 0 : 1)
                corner = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, corner + 1)
            }
        }
        return row[b.count]
    }
}

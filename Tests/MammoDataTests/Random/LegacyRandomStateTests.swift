import MammoData
import TestSupport
import Testing

@Suite("numpy's RandomState")
struct LegacyRandomStateTests {
    @Test("Draws and shuffles as numpy's")
    func goldens() throws {
        let rows = try Fixtures.table("split/random.csv")
        #expect(rows.count == 24)
        for row in rows {
            let seed = try #require(row["seed"].flatMap { UInt32($0) })
            let what = try #require(row["what"])
            let values = try #require(row["values"]).split(separator: " ").compactMap { UInt32($0) }
            var random = LegacyRandomState(seed: seed)
            if what == "last of 2000" {
                #expect((0..<2000).map { _ in random.next32() }.suffix(5) == values[...], "seed \(seed)")
            } else {
                var numbers = Array(0..<UInt32(values.count))
                random.shuffle(&numbers)
                #expect(numbers == values, "\(what), seed \(seed)")
            }
        }
    }

    @Test("Nothing and one thing shuffle to themselves")
    func trivial() {
        var random = LegacyRandomState(seed: 1)
        var none: [Int] = []
        var one = [5]
        random.shuffle(&none)
        random.shuffle(&one)
        #expect(none.isEmpty && one == [5])
    }
}

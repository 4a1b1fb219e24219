import MammoData
import TestSupport
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
    @Test("The draws of make_metrics.py")
    func goldens() throws {
        for golden in try Fixtures.table("score/random.csv") {
            let seed = try #require(golden["seed"].flatMap(UInt64.init))
            let stream = try #require(golden["stream"].flatMap(UInt64.init))
            let expected = try #require(golden["below_1000"])
            var random = SplitMix64(seed: seed, stream: stream)
            let drawn = expected.split(separator: " ").map { _ in "\(random.next(below: 1000))" }
            #expect(drawn.joined(separator: " ") == expected)
        }
    }
}

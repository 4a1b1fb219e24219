import MammoScore
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
    @Test("The draws of make_metrics.py")
    func goldens() throws {
        for golden in try Golden.all("random") {
            let seed = try #require(UInt64(golden.text("seed")))
            var random = SplitMix64(seed: seed, stream: UInt64(golden.integer("stream")))
            let drawn = golden.text("below_1000").split(separator: " ").map { _ in random.next(below: 1000) }
            #expect(drawn.map(String.init).joined(separator: " ") == golden.text("below_1000"))
        }
    }
}

import MammoBase
import Testing

@Suite("Counted")
struct CountedTests {
    @Test("One of something is singular, all else plural")
    func words() {
        #expect([0, 1, 2].map { $0.of("image") } == ["0 images", "1 image", "2 images"])
        #expect([1, 18].map { $0.of("batch", "batches") } == ["1 batch", "18 batches"])
        #expect([1, 3].map(\.isOrAre) == ["is", "are"])
    }
}

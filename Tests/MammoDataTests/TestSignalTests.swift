import MammoData
import Testing

@Suite("Signals that tests ask for")
struct TestSignalTests {
    @Test("Three parts, of which the second is a place that is known; anything else asks for nothing")
    func parsing() {
        #expect(TestSignal("KILL:step:7") != nil && TestSignal("TERM,TERM:rename:a:b") != nil)
        for text in ["", "KILL", "KILL:step", "KILL:nowhere:3", ":"] { #expect(TestSignal(text) == nil, "\(text)") }
    }

    @Test("Without the variable there is none at any place")
    func none() {
        for place in [TestSignal.Place.step, .image, .rename] { #expect(TestSignal.requested(at: place) == nil) }
    }
}

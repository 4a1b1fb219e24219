import MammoTrack
import TestSupport
import Testing

@Suite("Cards through NVML")
struct CardsTests {
    @Test("What a card says; what it does not support is left out; cards of other machines are")
    func readings() throws {
        let folder = try TemporaryFolder()
        let library = try FakeNVML.build(in: folder)
        let elsewhere = "GPU-11111111-1111-1111-1111-111111111111"
        let cards = Cards([FakeNVML.poor, elsewhere, FakeNVML.whole], library: library)
        #expect(cards.uuids == [FakeNVML.poor, FakeNVML.whole])
        let readings = cards.read()
        #expect(
            readings[0]
                == Cards.Reading(utilisation: nil, memory: nil, power: 250.5, temperature: nil, energy: nil))
        #expect(readings[1].utilisation == 87 && readings[1].memory == 12_345_000_000)
        #expect(readings[1].power == 250.5 && readings[1].temperature == 61)
        let (before, after) = (try #require(readings[1].energy), try #require(cards.read()[1].energy))
        #expect(after - before == 1250)
    }

    @Test(
        "Without a library, or with one that is none, there is no card",
        arguments: ["/nowhere/libnvidia-ml.so", "libm.so.6"])
    func without(_ library: String) {
        #expect(Cards([FakeNVML.whole], library: library).read().isEmpty)
    }

    @Test("A UUID is written as nvidia-smi does")
    func uuids() {
        #expect(Cards.text(ofUUID: (0..<16).map { UInt8($0) }) == FakeNVML.whole)
        #expect(Cards.text(ofUUID: [UInt8](repeating: 255, count: 16), prefix: "MIG").hasPrefix("MIG-ffffffff-ffff-"))
    }
}

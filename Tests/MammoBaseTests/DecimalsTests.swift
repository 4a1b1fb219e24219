import MammoBase
import Testing

@Suite("Numbers for people")
struct DecimalsTests {
    @Test(
        "As many decimals as asked for, rounded half away from zero, and no minus before zero",
        arguments: [
            (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (0.05, 3, "0.050"), (-0.0001, 2, "0.00"), (12, 0, "12"),
            (0.999, 2, "1.00"), (1e12, 2, "1000000000000.0"), (.infinity, 2, "inf"),
        ])
    func decimals(_ value: Double, _ digits: Int, _ text: String) { #expect(value.decimals(digits) == text) }

    @Test("A duration in seconds")
    func seconds() {
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
        #expect(Duration.zero.inSeconds == 0)
    }
}

import MammoChart
import Testing

@Suite("Axis")
struct AxisTests {
    @Test("Ticks", arguments: [(1.0, 6), (0.5, 6), (0.4, 9), (0.06, 7), (0.02, 5), (2000, 5), (5.2e-5, 6)])
    func ticks(_ maximum: Double, _ most: Int) {
        let axis = Axis("a", to: maximum)
        #expect(axis.ticks.count >= 4 && axis.ticks.count <= most + 4 && axis.ticks[0] == 0)
        #expect(Set(axis.ticks.map(axis.text)).count == axis.ticks.count)
        #expect(axis.ticks.allSatisfy { $0 <= maximum * 1.000001 })
    }

    @Test("Ticks in as few digits as they need")
    func texts() {
        func texts(_ axis: Axis) -> [String] { axis.ticks.map(axis.text) }
        #expect(texts(Axis("")) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(texts(Axis("", to: 0.02)) == ["0.000", "0.005", "0.010", "0.015", "0.020"])
        #expect(texts(Axis("", to: 5e-5)) == ["0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"])
        #expect(texts(Axis("", from: 1, to: 3, isWhole: true)) == ["1", "2", "3"])
        #expect(texts(Axis("", from: 1, to: 12, isWhole: true)) == ["2", "4", "6", "8", "10", "12"])
        #expect(texts(Axis("", from: 1, to: 2000)).first == "500")
    }

    @Test("An axis leaves room above, and one without extent has some")
    func ends() {
        #expect(abs(Axis.upTo(1.3, "").to - 1.4) < 1e-12)
        #expect(Axis.upTo(0, "").to == 1 && Axis.upTo(.nan, "").to == 1)
        #expect(Axis("", from: 3, to: 3).to == 4)
    }
}

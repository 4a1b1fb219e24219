import MammoData
import MammoScore
import Testing

@Suite("Platt scaling")
struct PlattScalingTests {
    @Test("The minimum to the last digits, and scikit-learn's as near as its optimizer comes")
    func goldens() throws {
        let goldens = try CalibrationGolden.all()
        #expect(goldens.count > 12)
        for golden in goldens {
            let platt = PlattScaling(golden.set)
            let (slope, intercept) = (try golden.number("slope"), try golden.number("intercept"))
            #expect(abs(platt.slope - slope) < 1e-9 * max(1, abs(slope)), "\(golden.golden.row)")
            #expect(abs(platt.intercept - intercept) < 1e-9 * max(1, abs(intercept)))
            #expect(abs(platt.slope - (try golden.number("sklearn_slope"))) < 1e-6)
            #expect(abs(platt.intercept - (try golden.number("sklearn_intercept"))) < 1e-6)
            let map = CalibrationMap.platt(slope: platt.slope, intercept: platt.intercept)
            let values = CalibrationGolden.places.map(map.calibrated(probability:))
            #expect(CalibrationGolden.near(values, golden.numbers("platt"), within: 1e-9))
            #expect((platt.map == nil) == (slope < 0))
        }
        #expect(goldens.contains { PlattScaling($0.set).map == nil })
    }

    @Test("None, one class, equal scores, separable ones: finite")
    func few() {
        for set in [
            ScoredSet(labels: [], scores: []), ScoredSet(labels: [true, true], scores: [0.2, 0.9]),
            ScoredSet(labels: [true, false], scores: [0.5, 0.5]),
            ScoredSet(labels: [true, false], scores: [0.9, 0.9]),
            ScoredSet(labels: [false, false, true, true], scores: [0, 0.1, 0.9, 1]),
        ] {
            let platt = PlattScaling(set)
            #expect(platt.slope.isFinite && platt.intercept.isFinite, "\(set)")
        }
        // Targets of one in two: (1 + 1) / (1 + 2) and 1 / 3, a mean of one half.
        let equal = PlattScaling(ScoredSet(labels: [true, false], scores: [0.5, 0.5]))
        #expect(abs(equal.intercept) < 1e-9)
    }
}

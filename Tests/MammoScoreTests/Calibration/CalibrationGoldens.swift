import MammoScore
import Testing

/// What scikit-learn makes of a random case (Scripts/fixtures/make_calibration.py).
struct CalibrationGolden {
    let golden: Golden
    let set: ScoredSet

    /// Scores at which both maps are compared: numpy.arange(21) / 20.
    static let places = (0...20).map { Double($0) / 20 }

    static func all() throws -> [CalibrationGolden] {
        try Golden.all("calibration").map {
            CalibrationGolden(golden: $0, set: RandomCase($0.integer("case"), largest: 400).set)
        }
    }

    func number(_ key: String) throws -> Double { try #require(golden.number(key)) }
    func numbers(_ key: String) -> [Double] { golden.text(key).split(separator: " ").compactMap { Double($0) } }

    static func near(_ values: [Double], _ expected: [Double], within difference: Double) -> Bool {
        values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= difference }
    }
}

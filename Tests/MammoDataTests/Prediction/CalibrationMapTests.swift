import Foundation
import MammoData
import Testing

@Suite("Calibration maps")
struct CalibrationMapTests {
    private static let maps: [CalibrationMap] = [
        .platt(slope: 1, intercept: 0), .platt(slope: 0.5, intercept: -3), .platt(slope: 0, intercept: 1),
        .isotonic(scores: [0.25], probabilities: [0.5]),
        .isotonic(scores: [0.1, 0.2, 0.7, 1], probabilities: [0, 0.25, 0.25, 0.75]),
        .isotonic(scores: [0, 0x1p-1040, 0.5], probabilities: [0, 0.5, 1]),
    ]

    @Test("They never fall, and stay within 0 to 1, at 0 and 1 too", arguments: maps)
    func rises(_ map: CalibrationMap) {
        let tiny: [Double] = [0, .leastNonzeroMagnitude, 0x1p-1040, 1e-300]
        let scores = tiny + (0...1000).map { Double($0) / 1000 } + [1 - 0x1p-53, 1]
        let values = scores.sorted().map(map.calibrated(probability:))
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 } && values.allSatisfy { (0...1).contains($0) })
    }

    @Test("Platt's of slope 1 leaves scores as they are; knots are met, lines between, constant beyond")
    func values() {
        for score in [0.001, 0.25, 0.5, 0.97] {
            #expect(abs(Self.maps[0].calibrated(probability: score) - score) < 1e-15)
        }
        #expect(abs(Self.maps[1].calibrated(probability: 0.5) - 1 / (1 + exp(3.0))) < 1e-15)
        let isotonic = Self.maps[4]
        for (score, expected) in [(0, 0), (0.1, 0), (0.15, 0.125), (0.2, 0.25), (0.5, 0.25), (0.85, 0.5), (1, 0.75)] {
            #expect(abs(isotonic.calibrated(probability: score) - expected) < 1e-15, "\(score)")
        }
        #expect(Self.maps[3].calibrated(probability: 0.9) == 0.5)
    }

    @Test("JSON comes back to the same bits", arguments: maps)
    func json(_ map: CalibrationMap) throws {
        let text = JSONText.line(map)
        #expect(text.contains("\"method\":\"\(map.method)\""))
        #expect(try JSONDecoder().decode(CalibrationMap.self, from: Data(text.utf8)) == map)
    }

    @Test(
        "What is no map is refused",
        arguments: [
            #"{"method":"beta"}"#, #"{"method":"platt","slope":-1,"intercept":0}"#, #"{"method":"platt","slope":1}"#,
            #"{"method":"isotonic","scores":[],"probabilities":[]}"#,
            #"{"method":"isotonic","scores":[0.5,0.25],"probabilities":[0,1]}"#,
            #"{"method":"isotonic","scores":[0.25,0.5],"probabilities":[1,0.5]}"#,
            #"{"method":"isotonic","scores":[0.25,0.5],"probabilities":[0,1.5]}"#,
            #"{"method":"isotonic","scores":[0.25],"probabilities":[0,1]}"#,
        ])
    func refused(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CalibrationMap.self, from: Data(text.utf8)) }
    }
}

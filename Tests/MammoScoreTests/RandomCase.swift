import MammoData
import MammoScore
import TestSupport

/// The cases of Scripts/fixtures/make_score.py, drawn by the same generator.
struct RandomCase {
    let labels: [Bool]
    let scores: [Double]
    let beta: Double

    init(_ number: Int, largest: Int = 80) {
        var random = SplitMix64(seed: UInt64(number))
        func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        let count = random.next(below: largest)
        let rate = [0.02, 0.3, 0.5, 0.0, 1.0][random.next(below: 5)]
        let style = random.next(below: 5)
        beta = [1.0, 1.0, 0.5, 2.0][random.next(below: 4)]
        var (labels, scores) = ([Bool](), [Double]())
        for _ in 0..<count {
            let label = unit() < rate
            var u = unit()
            if label { u = 1 - (1 - u) * (1 - u) }
            labels.append(label)
            scores.append([u, (u * 20).rounded(.down) / 20, 0.3, u > 0.5 ? 1 : 0, u * 1.4 - 0.2][style])
        }
        (self.labels, self.scores) = (labels, scores)
    }

    var set: ScoredSet { ScoredSet(labels: labels, scores: scores) }
}

/// A row of a table of goldens.
struct Golden {
    let row: [String: String]

    static func all(_ name: String) throws -> [Golden] { try Fixtures.table("score/\(name).csv").map(Golden.init) }

    func integer(_ key: String) -> Int { Int(row[key] ?? "") ?? -1 }
    /// A hexadecimal float as Python writes it; nil where the field is empty.
    func number(_ key: String) -> Double? { Double(row[key] ?? "") }
    func text(_ key: String) -> String { row[key] ?? "" }
}

import MammoData
import Testing

@Suite("Parts")
struct PartsTests {
    @Test(
        "numpy.array_split's sizes",
        arguments: [
            (54_706, [6839, 6839, 6838, 6838, 6838, 6838, 6838, 6838]),
            (53_223, [6653, 6653, 6653, 6653, 6653, 6653, 6653, 6652]), (3, [1, 1, 1, 0, 0, 0, 0, 0]),
            (8, [1, 1, 1, 1, 1, 1, 1, 1]),
        ])
    func byImage(_ count: Int, _ sizes: [Int]) {
        let parts = Parts.byImage(count: count, parts: 8)
        #expect(parts.rows.map(\.count) == sizes)
        #expect(parts.rows.flatMap { $0 } == Array(0..<count))
    }

    @Test("By patient: each whole, every row once, in the table's order")
    func byPatient() {
        var state: UInt32 = 9
        var patients: [String] = []
        for patient in 0..<500 {
            state = state &* 1_664_525 &+ 1_013_904_223
            patients += [String](repeating: "p\(patient)", count: 4 + Int(state >> 16) % 11)
        }
        let parts = Parts.byPatient(patients, parts: 8)
        let sizes = parts.rows.map(\.count)
        #expect(parts.patientsDivided(patients) == 0)
        #expect(parts.rows.flatMap { $0 }.sorted() == Array(patients.indices))
        #expect(parts.rows.allSatisfy { $0 == $0.sorted() })
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        #expect(Parts.byImage(count: patients.count, parts: 8).patientsDivided(patients) > 0)
    }

    @Test("A patient may stand in several places of the table")
    func scattered() {
        let parts = Parts.byPatient(["a", "b", "a", "c", "b", "a"], parts: 2)
        #expect(parts.rows == [[0, 2, 5], [1, 3, 4]])
    }

    @Test("As even as can be, against all ways to divide", arguments: 0..<60)
    func even(_ seed: Int) {
        var state = UInt32(seed &* 7919 &+ 1)
        func next(_ bound: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % bound
        }
        let sizes = (0..<(3 + next(8))).map { _ in 1 + next(9) }
        let found = EvenBins(sizes: sizes, bins: 2).bins.map { $0.reduce(0) { $0 + sizes[$1] } }
        let total = sizes.reduce(0, +)
        var best = total
        for choice in 0..<(1 << sizes.count) {
            let sum = sizes.indices.reduce(0) { $0 + (choice >> $1 & 1) * sizes[$1] }
            best = min(best, abs(total - 2 * sum))
        }
        #expect(abs(found[0] - found[1]) == best)
    }

    @Test("Three parts of thousands of patients")
    func many() {
        let sizes = (0..<3000).map { 1 + $0 * 7919 % 9 } + [400, 900]
        let totals = EvenBins(sizes: sizes, bins: 3).bins.map { $0.reduce(0) { $0 + sizes[$1] } }
        #expect(totals.reduce(0, +) == sizes.reduce(0, +) && (totals.max() ?? 0) - (totals.min() ?? 0) <= 1)
    }

    @Test("Where all ids are numbers, 007 and 7 are one patient, in parts as in folds")
    func numbers() throws {
        let text = "patient_id,image_id,cancer\n007,1,0\n8,2,1\n7,3,0\n8,4,1\n"
        let table = try ImageTable(DelimitedText(Array(text.utf8), path: "t"), need: .labels)
        #expect(Parts.byPatient(of: table, parts: 2).rows == [[0, 2], [1, 3]])
        let folds = try StratifiedGroupFolds(table, folds: 2)
        #expect(folds.foldOfRow[0] == folds.foldOfRow[2] && folds.foldOfRow[1] == folds.foldOfRow[3])
        #expect(FoldSummary.all(of: folds, in: table).map(\.patients) == [1, 1])
        let words = try ImageTable(
            DelimitedText(Array(text.replacing("8,", with: "b,").utf8), path: "t"), need: .labels)
        #expect(Parts.byPatient(of: words, parts: 4).rows.map(\.count) == [2, 1, 1, 0])
    }
}

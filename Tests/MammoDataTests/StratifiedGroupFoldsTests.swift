import MammoData
import TestSupport
import Testing

@Suite("Folds against scikit-learn's StratifiedGroupKFold")
struct StratifiedGroupFoldsTests {
    @Test(arguments: ["numbers", "words", "healthy", "few"])
    func rowByRow(_ name: String) throws {
        let table = try ImageTable(path: Fixtures.path("split/\(name).csv"), need: .labels)
        let goldens = try Fixtures.table("split/\(name).folds.csv")
        let runs = try #require(goldens.first).keys
        #expect(runs.count == 27)
        for run in runs.sorted() {
            let parts = run.dropFirst().split(separator: "-")
            let folds = try #require(Int(parts[0]))
            let seed = parts.count > 1 ? UInt32(parts[1].dropFirst()) : nil
            let found = try StratifiedGroupFolds(table, folds: folds, shuffleSeed: seed)
            #expect(found.foldOfRow == goldens.compactMap { $0[run].flatMap { Int($0) } }, "\(name) \(run)")
        }
    }

    @Test("No patient in two folds")
    func groups() throws {
        let table = try ImageTable(path: Fixtures.path("split/words.csv"), need: .labels)
        let folds = try StratifiedGroupFolds(table, folds: 4, shuffleSeed: 3)
        var foldOfPatient: [String: Int] = [:]
        for (row, fold) in zip(table.rows, folds.foldOfRow) {
            #expect(foldOfPatient.updateValue(fold, forKey: row.patientID) ?? fold == fold)
        }
        let summaries = FoldSummary.all(of: folds, in: table)
        #expect(summaries.map(\.images).reduce(0, +) == table.rows.count)
        #expect(summaries.map(\.patients).reduce(0, +) == Set(table.rows.map(\.patientID)).count)
        #expect(summaries.map(\.cancers).reduce(0, +) == table.rows.count { $0.cancer == true })
    }

    @Test("What scikit-learn refuses is refused, what it warns of is warned of")
    func limits() throws {
        let few = try ImageTable(path: Fixtures.path("split/few.csv"), need: .labels)
        #expect(throws: DataError.split("12 folds, expected at most 11: one patient each")) {
            try StratifiedGroupFolds(few, folds: 12)
        }
        let text = "patient_id,image_id,cancer\n" + (1...9).map { "\($0),\($0),\($0 == 1 ? 1 : 0)\n" }.joined()
        let one = try ImageTable(DelimitedText(Array(text.utf8), path: "t"), need: .labels)
        #expect(throws: DataError.split("9 folds, expected at most the images of a class")) {
            try StratifiedGroupFolds(one, folds: 9)
        }
        #expect(
            try StratifiedGroupFolds(one, folds: 4).warnings == [
                "the rarest class has only 1 images, fewer than 4 folds"
            ])
    }
}

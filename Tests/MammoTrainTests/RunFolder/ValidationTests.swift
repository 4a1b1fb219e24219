import MammoData
import MammoScore
import MammoTrain
import TestSupport
import Testing

@Suite("Validation file")
struct ValidationTests {
    static let train = """
        patient_id,image_id,laterality,cancer
        1,1,L,1
        1,2,L,1
        1,3,R,0
        "a,b",4,L,0
        3,5,L,1
        3,6,R,0
        """
    static let logits: [Float] = [2.25, -0.1, -3.3333333, 0.7, 0.70000005, -20]

    static func predictions(_ folder: TemporaryFolder) throws -> [ValidationFile.Prediction] {
        let table = try ImageTable(path: folder.write(train, to: "train.csv"), need: .predictions)
        return zip(table.rows, logits).map { ValidationFile.Prediction($0, logit: $1) }
    }

    @Test("mammo score reads it; the scores of an epoch are those that it gives, to the bit")
    func scores() throws {
        let folder = try TemporaryFolder()
        let predictions = try Self.predictions(folder)
        let path = "\(folder.path)/validation.csv"
        try ValidationFile.write(predictions, fold: 2, to: path)
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        #expect(text.hasPrefix(ValidationFile.header + "\n1,1,1_L,1,2.25,0.9046505351008906,2\n"))
        #expect(text.contains("\"a,b\",4,\"a,b_L\",0,0.7,"))
        let labels = try LabelTable(path: "\(folder.path)/train.csv")
        let joined = try JoinedTables(PredictionTable(path: path), labels: labels, isPartial: false)
        #expect(joined.problems.isEmpty)
        let scores = try ValidationScores(predictions)
        for (unit, figures) in [(Unit.image, scores.images), (.breast, scores.breasts)] {
            var options = EvaluationOptions()
            options.unit = unit
            let main = try Evaluation(joined, folds: nil, options: options).main
            #expect(JSONText.line(main) == JSONText.line(figures))
        }
        #expect(scores.images.count == 6 && scores.breasts.count == 5)
        let record = EpochRecord.Scores(scores.breasts)
        #expect(record.bestF1 == scores.breasts.best_f1 && record.threshold == scores.breasts.best_threshold)
    }

    @Test("Those of all folds behind each other are a table of folds, too")
    func folds() throws {
        let folder = try TemporaryFolder()
        let predictions = try Self.predictions(folder)
        let path = "\(folder.path)/validation.csv"
        var bytes: [UInt8] = []
        for (fold, part) in [predictions.prefix(3), predictions.dropFirst(3)].enumerated() {
            try ValidationFile.write(Array(part), fold: fold, to: path)
            let lines = try Files.read(path)
            bytes += fold == 0 ? lines[...] : lines.dropFirst(ValidationFile.header.utf8.count + 1)
        }
        try Files.write(bytes, to: path)
        #expect(try FoldTable(path: path).foldOfPatient == ["1": 0, "a,b": 1, "3": 1])
        #expect(try PredictionTable(path: path).rows.count == 6)
    }

    @Test("A logit that is not a number is named")
    func notANumber() throws {
        var predictions = try Self.predictions(TemporaryFolder())
        predictions[2].logit = .nan
        #expect(throws: DataError.table(path: "validation", reason: "the logit of 1_3 is not a number")) {
            _ = try ValidationScores(predictions)
        }
    }
}

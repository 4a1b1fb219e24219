import Foundation
import MammoData
import Testing
import TestSupport

@Suite("Submissions")
struct SubmissionTests {
    /// Three breasts, the first with two images, in an order that no sorting gives.
    static let table = """
        patient_id,image_id,laterality
        9,1,R
        9,2,L
        9,3,R
        10,4,L
        """

    private func table(_ text: String = Self.table) throws -> ImageTable {
        try ImageTable(DelimitedText(Array(text.utf8), path: "test.csv"), need: .predictions)
    }

    private func predictions(_ table: ImageTable, _ logits: [Float?]) -> [String: ImagePrediction] {
        var predictions: [String: ImagePrediction] = [:]
        for (row, logit) in zip(table.rows, logits) {
            predictions[row.relativePath] = logit.map { ImagePrediction(row, logit: $0) }
        }
        return predictions
    }

    @Test("Probabilities are averaged by breast, in the table's order; the base rate stands in for what is missing")
    func mean() throws {
        let table = try table()
        let known = predictions(table, [0, 2, .infinity, nil])
        let submission = Submission(table: table, predictions: known, aggregate: .mean, threshold: nil, rate: 0.02)
        #expect(submission.rows.map(\.predictionID) == ["9_R", "9_L", "10_L"])
        #expect(submission.rows.map(\.cancer) == [0.75, 1 / (1 + exp(-2.0)), 0.02])
        #expect(submission.missing == ["10_L"])
        let largest = Submission(table: table, predictions: known, aggregate: .max, threshold: nil, rate: 0.02)
        #expect(largest.rows[0].cancer == 1)
    }

    @Test("A threshold is strictly greater")
    func threshold() throws {
        let table = try table()
        let known = predictions(table, [0, 0.1, 0, -0.1])
        let submission = Submission(table: table, predictions: known, aggregate: .mean, threshold: 0.5, rate: 0.02)
        #expect(submission.rows.map(\.cancer) == [0, 1, 0])
    }

    @Test("The file has a header, a line a breast, and no index column")
    func file() throws {
        let folder = try TemporaryFolder()
        let table = try table()
        let known = predictions(table, [0, 0, 0, 0])
        try Submission(table: table, predictions: known, aggregate: .mean, threshold: nil, rate: 0.02)
            .write(to: "\(folder.path)/s.csv", for: table)
        let text = try String(contentsOfFile: "\(folder.path)/s.csv", encoding: .utf8)
        #expect(text == "prediction_id,cancer\n9_R,0.5\n9_L,0.5\n10_L,0.5\n")
    }

    @Test("What is no complete table of probabilities is not written")
    func checks() throws {
        let folder = try TemporaryFolder()
        let whole = try table()
        let part = try table("patient_id,image_id,laterality\n9,1,R\n")
        let path = "\(folder.path)/s.csv"
        let short = Submission(table: part, predictions: [:], aggregate: .mean, threshold: nil, rate: 0.02)
        #expect(throws: DataError.self) { try short.write(to: path, for: whole) }
        let wrong = Submission(table: whole, predictions: [:], aggregate: .mean, threshold: nil, rate: .nan)
        #expect(throws: DataError.self) { try wrong.write(to: path, for: whole) }
        let extra = Submission(table: whole, predictions: [:], aggregate: .mean, threshold: nil, rate: 0)
        #expect(throws: DataError.self) { try extra.write(to: path, for: part) }
        #expect(try folder.names() == [])
    }

    @Test("prediction_id is the table's own where it has one")
    func ownIDs() throws {
        let rows = try table("patient_id,image_id,prediction_id\n1,2,1_X\n").rows
        #expect(rows.map(\.predictionID) == ["1_X"])
        #expect(throws: DataError.self) { try table("patient_id,image_id\n1,2\n") }
        #expect(throws: DataError.self) { try table("patient_id,image_id,laterality\n1,2,\n") }
    }
}

import MammoChart
import MammoData
import MammoScore
import Testing

@Suite("The worst cases")
struct WorstCasesTests {
    private static let labels = """
        patient_id,image_id,laterality,cancer
        1,1,L,1
        1,2,L,1
        2,3,L,0
        3,4,L,1
        4,5,L,0
        5,6,L,0
        """
    private static let predictions = """
        patient_id,image_id,probability
        1,1,0.25
        1,2,0.5
        2,3,0.75
        3,4,0.125
        4,5,0.875
        5,6,0.25
        """

    private func evaluation(_ worst: Int) throws -> Evaluation {
        var options = EvaluationOptions()
        (options.worst, options.threshold) = (worst, 0.5)
        return try Evaluation(
            JoinedTablesTests.joined(Self.predictions, labels: Self.labels), folds: nil, options: options)
    }

    @Test("False negatives and false positives by falling error, so many of each kind; none that is right")
    func order() throws {
        let all = try evaluation(9).worst
        #expect(all.map(\.id) == ["3_L", "4_L", "2_L", "1_L"])
        #expect(all.map(\.outcome) == [.falseNegative, .falsePositive, .falsePositive, .falseNegative])
        #expect(all.map(\.error) == [0.875, 0.875, 0.75, 0.625] && all.map(\.label) == [1, 0, 0, 1])
        #expect(all[3].images == ["1/1", "1/2"] && all[3].files == ["1_1.png", "1_2.png"] && all[3].patient == "1")
        #expect(try evaluation(1).worst.map(\.id) == ["3_L", "4_L"])
        let none = try evaluation(0)
        #expect(none.worst.isEmpty && none.worstTable == nil && !none.json(problems: []).contains("worst"))
    }

    @Test("In the table and in JSON")
    func shown() throws {
        let evaluation = try evaluation(1)
        let table = try #require(evaluation.worstTable)
        #expect(table.header == ["breast", "outcome", "score", "error", "images"])
        #expect(table.rows[0] == ["3_L", "FN", "0.1250", "0.8750", "3/4"])
        let json = evaluation.json(problems: [])
        #expect(
            json.contains(
                #""worst":[{"error":0.875,"id":"3_L","images":["3/4"],"label":1,"outcome":"FN","patient":"3","score":0.125},"#
            ))
    }

    @Test("The confusion matrix")
    func confusion() throws {
        let table = try evaluation(0).confusionTable
        #expect(table.title == "Unit breast (mean): confusion matrix at threshold 0.500000")
        #expect(table.rows == [["positive", "TP 0", "FN 2"], ["negative", "FP 2", "TN 1"]])
    }
}

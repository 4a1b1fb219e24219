import MammoData
import Testing

import MammoScore

@Suite("Submissions checked")
struct SubmissionLintTests {
    private func lint(_ text: String) throws -> SubmissionLint {
        let test = "patient_id,image_id,prediction_id\n1,1,1_L\n1,2,1_L\n1,3,1_R\n2,4,2_L\n"
        return try SubmissionLint(
            DelimitedText(Array(text.utf8), path: "s.csv"),
            table: ImageTable(DelimitedText(Array(test.utf8), path: "test.csv"), need: .predictions))
    }

    @Test("A good one")
    func good() throws {
        let lint = try lint("prediction_id,cancer\n1_L,0.01\n1_R,0.02\n2_L,0.03\n")
        #expect(lint.errors.isEmpty && lint.warnings.isEmpty && lint.count == 3 && lint.expected == 3)
        #expect(!lint.isHard && abs(lint.share - 0.02) < 1e-12)
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("prediction_id,cancer\n1_L,0\n1_R,0\n", "s.csv: no row for 2_L of test.csv"),
            ("prediction_id,cancer\n1_L,0\n1_R,0\n2_L,0\n3_L,0\n", "s.csv:5: '3_L' is not a prediction_id of test.csv"),
            ("prediction_id,cancer\n1_L,0\n1_R,0\n2_L,0\n1_L,0\n", "s.csv:5: 1_L is already on line 2"),
            ("prediction_id,cancer\n1_L,nan\n1_R,0\n2_L,0\n", "s.csv:2: cancer is 'nan', expected 0 to 1"),
            ("prediction_id,cancer\n1_L,\n1_R,0\n2_L,0\n", "s.csv:2: cancer is empty"),
            ("prediction_id,cancer,x\n1_L,0,0\n1_R,0,0\n2_L,0,0\n", "s.csv:1: unexpected column x; remove it"),
            (",prediction_id,cancer\n0,1_L,0\n1,1_R,0\n2,2_L,0\n", "s.csv:1: the first column, '', is an index"),
        ])
    func wrong(_ text: String, _ reason: String) throws {
        let lint = try lint(text)
        #expect(lint.errors.contains { $0.hasPrefix(reason) }, "\(lint.errors)")
    }

    @Test("What is odd is said: another order, a share far from 2 %")
    func odd() throws {
        let order = try lint("prediction_id,cancer\n1_R,0.02\n1_L,0.02\n2_L,0.02\n")
        #expect(order.errors.isEmpty && order.warnings.count == 1)
        #expect(order.warnings[0].hasPrefix("s.csv:2: 1_R is in the place of 1_L in test.csv"))
        let many = try lint("prediction_id,cancer\n1_L,1\n1_R,0\n2_L,0\n")
        #expect(
            many.isHard
                && many.warnings == ["s.csv: the share of positives is 33.33 %, where about 2 % of breasts have cancer"]
        )
        #expect(throws: DataError.self) { try lint("id,cancer\n1_L,0\n") }
    }
}

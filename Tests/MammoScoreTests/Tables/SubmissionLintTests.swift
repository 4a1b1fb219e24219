import MammoData
import Testing

import MammoScore

@Suite("Submissions checked")
struct SubmissionLintTests {
    private func lint(_ text: String) throws -> SubmissionLint {
        let test = "patient_id,image_id,prediction_id\n1,1,1_L\n1,2,1_L\n1,3,1_R\n2,4,2_L\n"
        let submission = try DelimitedText(Array(text.utf8), path: "s.csv", keepsUneven: true)
        return try SubmissionLint(
            submission, table: ImageTable(DelimitedText(Array(test.utf8), path: "test.csv"), need: .predictions))
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

    @Test(
        "What pandas reads as something else is named, and nothing besides",
        arguments: [
            (
                "prediction_id, cancer\n1_L,0\n1_R,0\n2_L,0\n",
                "s.csv:1: column ' cancer' has blanks around its name, which pandas keeps; write cancer"
            ),
            (
                "prediction_id,cancer\n 1_L,0\n1_R,0\n2_L,0\n",
                "s.csv:2: ' 1_L' has blanks around it, which pandas keeps; write 1_L"
            ),
            (
                "prediction_id,cancer\n1_L,0x1p-3\n1_R,0\n2_L,0\n",
                "s.csv:2: cancer is '0x1p-3', which pandas reads as a text; write 0.125"
            ),
            (
                "prediction_id,cancer,\n1_L,0,\n1_R,0,\n2_L,0,\n",
                "s.csv:1: the header ends with a comma, which pandas takes for a column 'Unnamed'; remove it"
            ),
            (
                "prediction_id,cancer\n1_L,0,\n1_R,0\n2_L,0\n",
                "s.csv:2: a comma at the end, for which pandas takes prediction_id for an index; remove it"
            ),
            (
                "prediction_id,cancer\n1_L,0,25\n1_R,0\n2_L,0\n",
                "s.csv:2: 0,25 has a decimal comma; write 0.25"
            ),
            (
                "prediction_id,cancer\n1_L,\"0,25\"\n1_R,0\n2_L,0\n",
                "s.csv:2: cancer is '0,25', a number with a decimal comma; write 0.25"
            ),
            ("prediction_id,cancer\n1_L\n1_R,0\n2_L,0\n", "s.csv:2: 1 fields, expected 2 as in the header"),
        ])
    func pandas(_ text: String, _ reason: String) throws { #expect(try lint(text).errors == [reason]) }

    @Test(
        "Numbers that pandas reads pass, blanks around them too",
        arguments: ["+0.25", ".25", "25.e-2", "2.5E-1", "00.25", " 0.25 "])
    func numbers(_ text: String) throws {
        #expect(try lint("prediction_id,cancer\n1_L,\(text)\n1_R,0\n2_L,0\n").errors.isEmpty)
    }

    @Test("Semicolons between columns are named")
    func semicolons() throws {
        let error = #expect(throws: DataError.self) { try lint("prediction_id;cancer\n1_L;0,5\n") }
        let reason = "separated by semicolons, expected commas between prediction_id, cancer"
        #expect(try #require(error).description.hasSuffix(reason))
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

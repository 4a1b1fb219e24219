import MammoData
import MammoScore
import Testing

@Suite("Tables of predictions")
struct PredictionTableTests {
    private func table(_ text: String) throws -> PredictionTable {
        try PredictionTable(DelimitedText(Array(text.utf8), path: "p.csv"))
    }

    @Test("A submission, a per-image file, a validation file: columns by name, in any order")
    func kinds() throws {
        let breasts = try table("cancer,prediction_id\n0.25,1_L\n1,1_R\n")
        #expect(!breasts.isOfImages && !breasts.hasLabels && breasts.rows.map(\.score) == [0.25, 1])
        let images = try table("patient_id,image_id,prediction_id,logit,probability\n1,2,1_L,9,0.5\n1,3,1_L,9,0.75\n")
        #expect(images.isOfImages && images.rows.map(\.score) == [0.5, 0.75])
        let validation = try table("fold,label,patient_id,image_id,logit\n0,1,1,2,0\n0,0,1,3,-1000\n")
        #expect(validation.hasLabels && validation.rows.map(\.score) == [0.5, 0])
        #expect(validation.rows.map(\.label) == [true, false])
        let own = try table("prediction_id,cancer,probability\n1_L,1,0.5\n")
        #expect(own.rows[0].label == true && own.rows[0].score == 0.5)
    }

    @Test(
        "A row that cannot be used is named with its line, the others are read",
        arguments: [
            ("a,nan", "cancer is 'nan', expected 0 to 1"), ("a,inf", "cancer is 'inf'"),
            ("a,1.5", "cancer is 1.5, expected"),
            ("a,-0.1", "cancer is -0.1, expected"), ("a,", "cancer is empty, expected 0 to 1"),
            ("a,x", "cancer is 'x'"),
            ("b,0.5", "b is already on line 2"), (",0.5", "prediction_id is empty"),
        ])
    func rows(_ row: String, _ reason: String) throws {
        let table = try table("prediction_id,cancer\nb,0.5\n\(row)\nc,0\n")
        #expect(table.rows.map(\.predictionID) == ["b", "c"] && table.rows[0].score == 0.5)
        #expect(table.problems.count == 1 && table.problems[0].hasPrefix("p.csv:3: \(reason)"), "\(table.problems)")
    }

    @Test(
        "A table that cannot be used",
        arguments: [
            (",prediction_id,cancer\n0,a,1\n", "p.csv:1: the first column, '', is an index"),
            ("Unnamed: 0,prediction_id,cancer\n0,a,1\n", "'Unnamed: 0', is an index"),
            ("id,cancer\na,1\n", "p.csv:1: no column prediction_id; the columns are id, cancer"),
            ("prediction_id,score\na,1\n", "no column cancer, probability or logit; the columns are"),
            ("image_id,probability\na,1\n", "no column patient_id"),
            ("patient_id,image_id,cancer\na,b,1\n", "no column probability or logit"),
            ("prediction_id,cancer,cancer\na,1,1\n", "column cancer occurs twice"),
            ("prediction_id,cancer\n", "a header and no rows"),
            ("prediction_id,cancer\na,nan\n", "no row can be used; p.csv:2: cancer is 'nan'"),
        ])
    func refused(_ text: String, _ reason: String) {
        let error = #expect(throws: DataError.self) { try table(text) }
        #expect("\(error as Any)".contains(reason) || error?.description.contains(reason) == true)
    }

    @Test("Several files are one table; files of images and of breasts are not")
    func several() throws {
        func text(_ text: String, _ path: String) throws -> DelimitedText {
            try DelimitedText(Array(text.utf8), path: path)
        }
        let a = try text("prediction_id,cancer,fold\nx,0.5,0\ny,0.25,0\n", "a.csv")
        let b = try text("cancer,prediction_id\n0.75,z\n1,y\n", "b.csv")
        let pool = try PredictionTable(a, b)
        #expect(pool.rows.map(\.predictionID) == ["x", "y", "z"] && pool.rows.map(\.file) == [0, 0, 1])
        #expect(pool.problems == ["b.csv:3: y is already on line 3 of a.csv"] && pool.name == "a.csv and b.csv")
        #expect(!pool.hasFolds && pool.rows.map(\.fold) == [0, 0, nil])
        #expect(try PredictionTable(a).hasFolds)
        let images = try text("patient_id,image_id,logit\n1,2,0\n", "c.csv")
        let error = #expect(throws: DataError.self) { try PredictionTable(a, images) }
        #expect(
            error?.description == "c.csv: has predictions of images, but a.csv of breasts; expected one kind")
        let wrong = try PredictionTable(text("prediction_id,cancer,fold\nx,0.5,one\ny,0.25,0\n", "d.csv"))
        #expect(wrong.problems == ["d.csv:2: fold is 'one', expected a number from 0"])
    }

    @Test("Folds: patients whole, two or more")
    func folds() throws {
        func folds(_ text: String) throws -> FoldTable { try FoldTable(DelimitedText(Array(text.utf8), path: "f.csv")) }
        #expect(try folds("patient_id,fold\n1,0\n1,0\n2,1\n").foldOfPatient == ["1": 0, "2": 1])
        for text in ["patient_id,fold\n1,0\n1,1\n", "patient_id,fold\n1,0\n2,0\n", "patient_id,fold\n1,x\n"] {
            #expect(throws: DataError.self) { try folds(text) }
        }
    }
}

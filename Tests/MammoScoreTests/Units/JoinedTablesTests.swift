import MammoData
import Testing

import MammoScore

@Suite("Predictions beside labels")
struct JoinedTablesTests {
    static let labels = """
        site_id,patient_id,image_id,laterality,view,age,cancer,implant,machine_id
        1,10,1,L,CC,49,0,0,7
        1,10,2,L,MLO,49,0,0,7
        1,10,3,R,CC,49,1,0,7
        1,10,4,R,MLO,49,1,0,8
        2,11,5,L,CC,,0,1,9
        2,11,6,R,CC,,0,1,9
        """

    static func joined(
        _ predictions: String, labels: String? = Self.labels, partial: Bool = false
    ) throws -> JoinedTables {
        try JoinedTables(
            PredictionTable(DelimitedText(Array(predictions.utf8), path: "p.csv")),
            labels: labels.map { try LabelTable(DelimitedText(Array($0.utf8), path: "train.csv")) }, isPartial: partial)
    }

    static let images = """
        patient_id,image_id,probability
        10,1,0.25
        10,2,0.75
        10,3,0.5
        10,4,1
        11,5,0
        11,6,0.125
        """

    @Test("Images become breasts, breasts patients; each aggregate")
    func aggregates() throws {
        let tables = try Self.joined(Self.images)
        #expect(tables.units == [.image, .breast, .patient] && tables.problems.isEmpty)
        let image = tables.cases(.image, .mean)
        #expect(image.set.scores == [0.25, 0.75, 0.5, 1, 0, 0.125] && image.aggregate == nil)
        let mean = tables.cases(.breast, .mean)
        #expect(mean.ids == ["10_L", "10_R", "11_L", "11_R"] && mean.set.scores == [0.5, 0.75, 0, 0.125])
        #expect(mean.set.labels == [false, true, false, false])
        #expect(tables.cases(.breast, .max).set.scores == [0.75, 1, 0, 0.125])
        #expect(tables.cases(.breast, .noisyOr).set.scores == [0.8125, 1, 0, 0.125])
        let patient = tables.cases(.patient, .mean)
        #expect(patient.ids == ["10", "11"] && patient.set.scores == [0.625, 0.0625])
        #expect(patient.set.labels == [true, false])
    }

    @Test("Groups: by what the table has; breasts whose images differ stand apart")
    func groups() throws {
        let tables = try Self.joined(Self.images)
        let breasts = Groups.all(of: tables.cases(.breast, .mean), in: tables)
        #expect(breasts.map(\.attribute) == [.site, .machine, .age, .implant])
        #expect(
            breasts[1].groups.map(\.name) == ["7", "9", "several"]
                && breasts[1].groups.map(\.places) == [[0], [2, 3], [1]])
        #expect(breasts[2].groups.map(\.name) == ["40–49", "unknown"])
        let images = Groups.all(of: tables.cases(.image, .mean), in: tables)
        #expect(images.contains { $0.attribute == .view && $0.groups.map(\.name) == ["CC", "MLO"] })
    }

    /// Out-of-fold predictions as `mammo cross-validate` writes them.
    static let outOfFold = """
        patient_id,image_id,prediction_id,label,logit,probability,fold
        10,1,10_L,0,-2,0.12,1
        10,2,10_L,0,-1,0.27,1
        10,3,10_R,1,1,0.73,1
        11,5,11_L,0,-1,0.27,0
        11,6,11_R,1,2,0.88,0

        """

    @Test("The predictions' folds are groups, and each fold's threshold is chosen on the others")
    func folds() throws {
        let tables = try Self.joined(Self.outOfFold, labels: nil)
        #expect(tables.folds?.foldOfPatient == ["10": 1, "11": 0])
        let groups = Groups.all(of: tables.cases(.breast, .mean), in: tables)
        #expect(groups.map(\.attribute) == [.fold] && groups[0].groups.map(\.name) == ["0", "1"])
        #expect(groups[0].groups.map(\.places) == [[2, 3], [0, 1]])
        let nested = try #require(try Evaluation(tables, folds: nil, options: EvaluationOptions()).nested)
        #expect(nested.folds.map(\.fold) == [0, 1] && nested.pooled == 1)
        // As of one fold of training.
        let one = try Self.joined(Self.outOfFold.replacing(",0\n", with: ",1\n"), labels: nil)
        #expect(one.folds == nil && Groups.all(of: one.cases(.breast, .mean), in: one).isEmpty)
        let divided = try Self.joined(Self.outOfFold.replacing("0.73,1", with: "0.73,2"), labels: nil)
        #expect(divided.folds == nil && divided.problems.count == 1)
        #expect(divided.problems[0].hasPrefix("p.csv:4: patient 10 is in fold 2 and, above, in 1; "))
    }

    @Test("Several files without folds: their groups are the files, messages name file and line")
    func files() throws {
        func text(_ path: String, _ rows: String) throws -> DelimitedText {
            try DelimitedText(Array("patient_id,image_id,probability\n\(rows)".utf8), path: path)
        }
        let predictions = try PredictionTable(
            text("a.csv", "10,1,0.25\n10,2,0.75\n10,3,0.5\n10,4,1\n"),
            text("b.csv", "10,4,0.5\n11,5,0\n11,6,0.125\n9,9,0\n"))
        let labels = try LabelTable(DelimitedText(Array(Self.labels.utf8), path: "train.csv"))
        let tables = try JoinedTables(predictions, labels: labels, isPartial: false)
        #expect(tables.problems == ["b.csv:2: 10/4 is already on line 5 of a.csv", "b.csv:5: 9/9 is not in train.csv"])
        #expect(tables.cases(.breast, .mean).set.scores == [0.5, 0.75, 0, 0.125] && tables.folds == nil)
        let groups = Groups.all(of: tables.cases(.breast, .mean), in: tables)
        #expect(groups[0].attribute == .file && groups[0].groups.map(\.name) == ["a.csv", "b.csv"])
        #expect(groups[0].groups.map(\.places) == [[0, 1], [2, 3]])
    }

    @Test("Unknown and missing ids are named with their line")
    func named() throws {
        let tables = try Self.joined("patient_id,image_id,probability\n10,1,0.5\n10,99,0.5\n10,3,0.5\n10,4,nan\n")
        #expect(
            tables.problems == [
                "p.csv:5: probability is 'nan', expected 0 to 1", "p.csv:3: 10/99 is not in train.csv",
                "train.csv:3: 10/2 has no prediction in p.csv",
                "train.csv:6: patient 11 has no prediction in p.csv; give --partial if that is intended",
            ])
        #expect(tables.absentPatients == 1)
        let partial = try Self.joined("prediction_id,cancer\n10_L,0.5\n10_R,0.5\n", partial: true)
        #expect(partial.problems.isEmpty && partial.units == [.breast, .patient])
    }

    @Test("A breast has cancer by its labels, though the positive image has no prediction")
    func labels() throws {
        let labels = "prediction_id,patient_id,image_id,cancer\nb,1,1,0\nb,1,2,1\n"
        let tables = try Self.joined("patient_id,image_id,probability\n1,1,0.5\n", labels: labels)
        #expect(tables.cases(.breast, .mean).set.labels == [true] && tables.cases(.image, .mean).set.labels == [false])
    }

    @Test("Labels of the predictions' own, labels of breasts, and none")
    func sources() throws {
        let own = "patient_id,image_id,prediction_id,label,logit\n1,1,1_L,1,2\n1,2,1_R,0,-2\n"
        #expect(try Self.joined(own, labels: nil).cases(.breast, .mean).set.labels == [true, false])
        let breasts = try Self.joined("prediction_id,cancer\n1_L,0.5\n", labels: "prediction_id,cancer\n1_L,1\n")
        #expect(breasts.cases(.patient, .mean).ids == ["1"])
        #expect(throws: DataError.self) { try Self.joined("prediction_id,cancer\n1_L,0.5\n", labels: nil) }
        #expect(throws: DataError.self) { try Self.joined(Self.images, labels: "prediction_id,cancer\n1_L,1\n") }
        #expect(throws: DataError.self) { try Self.joined(Self.images, labels: "patient_id,image_id,cancer\n10,1,1\n") }
        #expect(throws: DataError.self) { try Self.joined("prediction_id,cancer\n9_L,0.5\n") }
    }
}

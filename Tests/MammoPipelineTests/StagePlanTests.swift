import Foundation
import MammoData
import MammoPipeline
import TestSupport
import Testing

@Suite("How far the stages of mammo run have come")
struct StagePlanTests {
    private func refused(_ stage: Stage, _ file: RunFile) throws -> [RunProblem] {
        let error = #expect(throws: RunProblems.self) { _ = try StagePlan(stage, file) }
        return try #require(error).all
    }

    @Test("Nothing is there, begun, done; with other settings or another table it is refused by key")
    func split() throws {
        var demo = try Demo()
        let table = try demo.folder.write(
            String(decoding: try Files.read(Fixtures.path("train.csv")), as: UTF8.self), to: "t.csv")
        demo.lines["csv"] = table
        let plan = try StagePlan(.split, demo.file)
        let settings = ["folds": "2", "presentation_only": "false", "shuffle_seed": "null"]
        #expect(plan.state == .toDo && plan.record.settings == settings)
        #expect(plan.record.inputs == ["csv": try SHA256Digest.hex(ofFile: table)])

        let files = demo.file.settings.files
        try demo.make("folds/folds.csv", "x")
        let stranger = try refused(.split, demo.file)
        #expect(stranger.count == 1 && stranger[0].path == files.folds)
        #expect(stranger[0].reason.contains("stages/split.json does not record its settings"))
        try demo.make("stages/split.json", "")
        try plan.record.write(to: files.record(of: .split), isDone: false)
        #expect(try StagePlan(.split, demo.file).state == .resumes)
        try plan.record.write(to: files.record(of: .split), isDone: true)
        #expect(try StagePlan(.split, demo.file).state == .done)
        // As versions before a key recorded it: its default.
        var older = plan.record
        older.settings["presentation_only"] = nil
        try older.write(to: files.record(of: .split), isDone: true)
        #expect(try StagePlan(.split, demo.file).state == .done)
        demo.lines["presentation_only"] = "true"
        let other = try refused(.split, demo.file)[0].reason
        #expect(other.hasPrefix("found true, but \(files.folds) was made with false"), "\(other)")
        demo.lines["presentation_only"] = nil
        // Keys of other stages do not matter.
        demo.lines["lr"] = "0.5"
        #expect(try StagePlan(.split, demo.file).state == .done)

        (demo.lines["folds"], demo.lines["shuffle_seed"]) = ("3", "1")
        let problems = try refused(.split, demo.file)
        #expect(problems.map(\.key) == ["folds", "shuffle_seed"] && problems.allSatisfy { $0.line != nil })
        #expect(
            problems[0].reason == "found 3, but \(files.folds) was made with 2; set folds: 2, name another out, or "
                + "remove \(files.folds) to make it again")
        #expect(problems[1].reason.hasPrefix("found 1, but \(files.folds) was made with null"))
        (demo.lines["folds"], demo.lines["shuffle_seed"]) = ("2", nil)
        try demo.folder.write("patient_id\n", to: "t.csv")
        let changed = try refused(.split, demo.file)
        #expect(changed.count == 1 && changed[0].key == "csv")
        #expect(changed[0].reason.hasPrefix("found other contents in \(table) than \(files.folds) was made with"))
        // As the advice says.
        try FileManager.default.removeItem(atPath: files.folds)
        #expect(try StagePlan(.split, demo.file).state == .toDo)
    }

    @Test("Training depends on its own settings, the contents of the weights, folds and images, and on no thread")
    func train() throws {
        var demo = try Demo()
        let weights = "\(demo.folder.path)/w.safetensors"
        try FileManager.default.copyItem(atPath: Fixtures.path("micro/weights.safetensors"), toPath: weights)
        try demo.make("folds/folds.csv", "x")
        let record = try StagePlan(.train, demo.file).record
        #expect(record.inputs.keys.sorted() == ["csv", "folds", "weights"])
        let absent = ["threads", "workers", "cache", "weights", "images", "out", "folds", "tta", "checkpoint_minutes"]
        #expect(Set(record.settings.keys).isDisjoint(with: absent) && record.settings["fold"] == "0")
        #expect(record.settings["lr"] == "5.0e-05" && record.settings["epochs"] == "2")

        try demo.make("run/config.yaml", "")
        try demo.make("stages/train.json", "")
        let path = demo.file.settings.files.record(of: .train)
        try record.write(to: path, isDone: false)
        (demo.lines["threads"], demo.lines["weights"], demo.lines["lr"]) = ("2", weights, "0.00005")
        #expect(try StagePlan(.train, demo.file).state == .resumes)
        // Weights are what is missing of its products.
        try record.write(to: path, isDone: true)
        #expect(try StagePlan(.train, demo.file).state == .resumes)
        try demo.make("run/best.safetensors", "w")
        #expect(try StagePlan(.train, demo.file).state == .done)

        // A name that an earlier version wrote.
        var former = record
        former.settings["select"] = "pf1-breast"
        try former.write(to: path, isDone: true)
        #expect(try StagePlan(.train, demo.file).state == .done)
        former.settings["select"] = "auc"
        try former.write(to: path, isDone: true)
        #expect(try refused(.train, demo.file).map(\.key) == ["select"])
        try record.write(to: path, isDone: true)

        demo.lines["weights"] = "none"
        demo.lines["epochs"] = "3"
        try demo.make("folds/folds.csv", "y")
        let problems = try refused(.train, demo.file)
        #expect(problems.map(\.key) == ["epochs", "weights", nil])
        let reason = problems[2].reason
        #expect(reason.contains("folds/folds.csv") && reason.contains("remove \(demo.folder.path)"), "\(reason)")
    }

    @Test("A record that was cut short or is no JSON is none")
    func damaged() throws {
        let demo = try Demo()
        try demo.make("folds/folds.csv", "x")
        try demo.make("stages/split.json", "{\"done\": tr")
        #expect(try refused(.split, demo.file).count == 1)
    }

    @Test("The rows of the fold that was left out, with all columns as they are")
    func heldOut() throws {
        var demo = try Demo()
        let rows =
            "\u{FEFF}cancer,laterality,patient_id,image_id,note\r\n1,L,7,1,\"a, \"\"b\"\"\"\r\n"
            + "0,R,8,1,\r\n0,L,7,2,c"
        demo.lines["csv"] = try demo.folder.write(rows, to: "t.csv")
        demo.lines["fold"] = "1"
        try demo.make("folds/folds.csv", "patient_id,image_id,cancer,fold\n7,1,1,1\n8,1,0,0\n7,2,0,1\n")
        let settings = demo.file.settings
        try TableRows.writeHeldOut(settings)
        let text = String(decoding: try Files.read(settings.files.validation), as: UTF8.self)
        #expect(text == "cancer,laterality,patient_id,image_id,note\n1,L,7,1,\"a, \"\"b\"\"\"\n0,L,7,2,c\n")
    }

    @Test("The submission is a stage where there is a table for it")
    func stages() throws {
        var demo = try Demo()
        let names = Stage.all(of: demo.file.settings).map(\.rawValue)
        #expect(names == ["split", "preprocess", "train", "infer", "score"])
        demo.lines["test_csv"] = "t.csv"
        #expect(Stage.all(of: demo.file.settings).last == .submission)
    }
}

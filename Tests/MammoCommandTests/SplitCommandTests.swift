import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo split", .timeLimit(.minutes(10)))
struct SplitCommandTests {
    @Test("Parts: the files, the summary, the table on standard output")
    func parts() throws {
        let out = try TemporaryFolder()
        let run = try Tool.run(["split", "--csv", Fixtures.path("train.csv"), "--parts", "4", "--out", out.path])
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(try out.names() == ["part-0.txt", "part-1.txt", "part-2.txt", "part-3.txt", "split.json"])
        let lines = try (0..<4).flatMap { part in
            String(decoding: try Files.read("\(out.path)/part-\(part).txt"), as: UTF8.self).split(separator: "\n")
        }
        let rows = try Fixtures.table("train.csv").map { "\($0["patient_id"] ?? "")/\($0["image_id"] ?? "").dcm" }
        #expect(lines.map(String.init) == rows)
        #expect(run.output.hasPrefix("18 images of 6 patients in 4 parts, by image\n"))
        let json = String(decoding: try Files.read("\(out.path)/split.json"), as: UTF8.self)
        #expect(json.contains("\"patients_divided\" : ") && json.contains("\"by\" : \"image\""))
    }

    @Test("Folds: the file is scikit-learn's, the table is printed")
    func folds() throws {
        let out = try TemporaryFolder()
        let csv = Fixtures.path("split/numbers.csv")
        let run = try Tool.run(["split", "--csv", csv, "--folds", "4", "--shuffle-seed", "7", "--out", out.path])
        #expect(run.status == 0)
        #expect(run.output.contains("fold  images  patients  cancers"))
        let text = try DelimitedText(Files.read("\(out.path)/folds.csv"), path: "folds.csv")
        #expect(text.header.fields == ["patient_id", "image_id", "cancer", "fold"])
        #expect(
            text.records.map { $0.fields[3] }
                == (try Fixtures.table("split/numbers.folds.csv").map { $0["f4-s7"] ?? "" }))
    }

    @Test("Other folds in the same folder are refused with what differs, and kept; --force replaces them")
    func otherFolds() throws {
        let out = try TemporaryFolder()
        let command = ["split", "--csv", Fixtures.path("split/numbers.csv"), "--out", out.path, "--folds"]
        #expect(try Tool.run(command + ["4"]).status == 0)
        let first = try Files.read("\(out.path)/folds.csv")
        #expect(try Tool.run(command + ["4"]).status == 0, "the same folds again are no matter")
        let other = try Tool.run(command + ["5"])
        #expect(other.status == 1 && other.output.isEmpty)
        #expect(other.error.hasPrefix("mammo split: \(out.path)/folds.csv: holds other folds (found 4 folds of "))
        #expect(try Files.read("\(out.path)/folds.csv") == first)
        #expect(try Tool.run(command + ["5", "--force"]).status == 0)
        #expect(try Files.read("\(out.path)/folds.csv") != first)
    }

    @Test("--json holds both")
    func json() throws {
        let out = try TemporaryFolder()
        let run = try Tool.run([
            "split", "--csv", Fixtures.path("train.csv"), "--folds", "2", "--parts", "2", "--by", "patient", "--json",
            "--out",
            out.path,
        ])
        #expect(run.status == 0 && run.output.hasPrefix(#"{"folds":[{"cancers":"#))
        #expect(run.output.contains(#""patients_divided":0"#))
    }

    @Test("A table that cannot be used: one line with its number, status 1, nothing written")
    func refused() throws {
        let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
        let csv = try folder.write("patient_id,image_id,cancer\n1,1,0\n1,2,maybe\n", to: "t.csv")
        let run = try Tool.run(["split", "--csv", csv, "--folds", "2", "--out", out.path])
        #expect(run.status == 1 && run.error == "mammo split: \(csv):3: cancer is 'maybe', expected 0 or 1\n")
        #expect(try out.names().isEmpty)
        let none = try Tool.run(["split", "--csv", "/no/such.csv", "--parts", "2", "--out", out.path])
        #expect(
            none.status == 1 && none.error == "mammo split: /no/such.csv: cannot be read: No such file or directory\n")
    }

    @Test(
        "Wrong arguments",
        arguments: [
            (["--csv", "t", "--out", "o"], "give --parts N, --folds N"),
            (["--csv", "t", "--out", "o", "--parts", "0"], "--parts is 0"),
            (["--csv", "t", "--out", "o", "--folds", "1"], "--folds is 1"),
            (["--csv", "t", "--out", "o", "--parts", "2", "--shuffle-seed", "1"], "goes with --folds"),
            (["--csv", "t", "--out", "o", "--parts", "2", "--by", "breast"], "expected image or patient"),
        ])
    func arguments(_ arguments: [String], _ says: String) throws {
        let run = try Tool.run(["split"] + arguments)
        #expect(run.status == 64 && run.error.contains(says), "\(run.error)")
    }
}

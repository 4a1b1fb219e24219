import Foundation
import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("mammo infer", .timeLimit(.minutes(10)))
struct InferCommandTests {
    private let folder: TemporaryFolder
    private var weights: String { "\(folder.path)/micro.safetensors" }
    private let csv = Fixtures.path("train.csv")
    private let dicoms = Fixtures.path("train_images")

    init() throws {
        folder = try TemporaryFolder()
        let made = try Tool.run(
            [
                "weights", Fixtures.path("micro/weights.pth"), "--out", "\(folder.path)/micro.safetensors", "--size",
                "64x32",
            ])
        #expect(made.status == 0, "\(made.error)")
    }

    private func infer(_ more: [String], out: String = "s.csv") throws -> Tool {
        try Tool.run(["infer", "--weights", weights, "--csv", csv, "--out", "\(folder.path)/\(out)", "--quiet"] + more)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    private func preprocess() throws {
        let run = try Tool.run(
            [
                "preprocess", "--images", dicoms, "--csv", csv, "--out", "\(folder.path)/png", "--size", "64x32",
                "--quiet",
            ])
        #expect(run.status == 0)
    }

    @Test("From DICOMs and from PNGs the same bytes, for any threads, batches and readers")
    func sameBytes() throws {
        try preprocess()
        let first = try infer(["--dicom-dir", dicoms, "--per-image", "\(folder.path)/a.csv"])
        #expect(first.status == 0 && first.error.isEmpty, "\(first.error)")
        #expect(first.output.hasPrefix("12 breasts written to"))
        let others = [
            ["--threads", "1"], ["--batch-size", "5"], ["--jobs", "3", "--threads", "3", "--batch-size", "18"],
        ]
        for (number, more) in others.enumerated() {
            let perImage = "\(folder.path)/b\(number).csv"
            let run = try infer(
                ["--png-dir", "\(folder.path)/png", "--per-image", perImage] + more, out: "t\(number).csv")
            #expect(run.status == 0)
            #expect(try text("t\(number).csv") == text("s.csv"))
            #expect(try text("b\(number).csv") == text("a.csv"))
        }
        let lines = try text("s.csv").split(separator: "\n")
        #expect(lines[0] == "prediction_id,cancer" && lines.count == 13)
        #expect(lines[1].hasPrefix("10006_L,"))
    }

    @Test("Fit and side are recorded in weights, and DICOM files are preprocessed with them")
    func fitAndSide() throws {
        let pixels = ["--size", "64x48", "--fit", "center", "--flip-to", "right"]
        let png = "\(folder.path)/center"
        let made = try Tool.run(["preprocess", "--images", dicoms, "--csv", csv, "--out", png, "--quiet"] + pixels)
        #expect(made.status == 0, "\(made.error)")
        let train = try Tool.run([
            "train", "--images", png, "--csv", csv, "--folds", "2", "--arch", "micro", "--weights", weights, "--epochs",
            "1", "--batch-size", "9", "--out", "\(folder.path)/run", "--quiet",
        ])
        #expect(train.status == 0, "\(train.error)")
        func predict(_ source: [String], _ out: String) throws -> Tool {
            let trained = "\(folder.path)/run/best.safetensors"
            return try Tool.run(
                ["infer", "--weights", trained, "--csv", csv, "--out", "\(folder.path)/\(out)", "--quiet"] + source)
        }
        #expect(try predict(["--dicom-dir", dicoms], "a.csv").status == 0)
        #expect(try predict(["--png-dir", png], "b.csv").status == 0)
        #expect(try text("a.images.csv") == text("b.images.csv") && text("a.csv") == text("b.csv"))
        let plain = "\(folder.path)/plain"
        let other = try Tool.run(
            ["preprocess", "--images", dicoms, "--csv", csv, "--out", plain, "--size", "64x48", "--quiet"])
        let refused = try predict(["--png-dir", plain], "c.csv")
        #expect(other.status == 0 && refused.status == 1)
        #expect(
            refused.error.contains(
                "made with --fit pad --flip-to none, but the weights were trained on images made with --fit center "
                    + "--flip-to right"), "\(refused.error)")
    }

    @Test("A breast is predicted from its other images, or from the base rate; all is named, and complete")
    func missing() throws {
        try preprocess()
        // 10006_L keeps one of its two images, 10006_R none.
        for name in ["10006_1249812007", "10006_143671081", "10006_1519755785"] {
            let path = "\(folder.path)/png/\(name).png"
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
        let table = try ImageTable(path: csv, need: .predictions)
        let right = table.rows.filter { $0.predictionID == "10006_R" }
        for row in right { try? FileManager.default.removeItem(atPath: "\(folder.path)/png/10006_\(row.imageID).png") }
        let run = try infer(["--png-dir", "\(folder.path)/png", "--missing", "0.25"])
        #expect(run.status == 3)
        #expect(run.error.contains("10006_1249812007.png: cannot be read"))
        #expect(run.error.contains("10006_R: no image of this breast was predicted"))
        let lines = try text("s.csv").split(separator: "\n")
        #expect(lines.count == 13 && lines.contains("10006_R,0.25"))
        let none = try infer(["--png-dir", folder.path], out: "none.csv")
        #expect(none.status == 1 && none.error.contains("holds none of the 18 files"))
        #expect(try !folder.names().contains("none.csv"))
    }

    @Test("Images FOR PROCESSING are left out where that is asked for: counted once, and no failures")
    func presentationOnly() throws {
        let images = "\(folder.path)/images"
        try FileManager.default.copyItem(atPath: dicoms, toPath: images)
        let rows = try ImageTable(path: csv, need: .predictions).rows
        let left = rows.filter { $0.predictionID == "10006_R" } + [rows[0]]
        #expect(rows[0].predictionID == "10006_L" && rows[1].predictionID == "10006_L")
        for row in left {
            try Files.write(
                Files.read(Fixtures.path("for_processing/by-intent.dcm")), to: "\(images)/\(row.relativePath)")
        }
        let more = ["--dicom-dir", images, "--presentation-only", "--missing", "0.25"]
        let run = try infer(more + ["--per-image", "\(folder.path)/images.csv"])
        #expect(run.status == 0, "\(run.error)")
        #expect(
            run.error == "mammo infer: \(images): \(left.count) of 18 images are FOR PROCESSING (raw, not meant for "
                + "viewing); left out by --presentation-only\n"
                + "mammo infer: 10006_R: no image of this breast was predicted; written as --missing says\n")
        let lines = try text("s.csv").split(separator: "\n")
        let logged = try text("images.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(lines.count == 13 && lines.contains("10006_R,0.25") && logged.count == 18 - left.count)
        let others = logged.filter { $0[2] == "10006_L" }.map { $0[4] }
        #expect(others.count == 1 && lines.contains("10006_L,\(others[0])"))
        let all = try infer(["--dicom-dir", images, "--per-image", "\(folder.path)/images.csv", "--resume"])
        #expect(
            all.status == 1 && all.error.contains("--presentation-only: found true, expected false"), "\(all.error)")
        let json = try infer(more + ["--json"])
        #expect(json.output.contains("\"images\":\(18 - left.count),\"left_out\":\(left.count),"), "\(json.output)")
        let pngs = try infer(["--png-dir", images, "--presentation-only"])
        #expect(pngs.status == 64 && pngs.error.contains("expected --dicom-dir"), "\(pngs.error)")
    }

    @Test("A run that was killed goes on from the per-image file, to the same bytes")
    func resume() throws {
        let whole = try infer(["--dicom-dir", dicoms, "--per-image", "\(folder.path)/whole.csv"], out: "whole-s.csv")
        #expect(whole.status == 0)
        // What a killed process leaves: the first lines, and one of them torn.
        let perImage = "\(folder.path)/part.csv"
        let lines = try text("whole.csv").split(separator: "\n", omittingEmptySubsequences: false)
        try folder.write(lines.prefix(6).joined(separator: "\n") + "\n10011,2028", to: "part.csv")
        try FileManager.default.copyItem(atPath: "\(folder.path)/whole.csv.run.json", toPath: perImage + ".run.json")
        let forgotten = try infer(["--dicom-dir", dicoms, "--per-image", perImage])
        #expect(forgotten.status == 1 && forgotten.error.contains("give --resume"))
        let other = try infer(["--dicom-dir", dicoms, "--per-image", perImage, "--resume", "--tta", "hflip"])
        #expect(other.status == 1 && other.error.contains("other settings (--tta: found none, expected hflip)"))
        let resumed = try infer(["--dicom-dir", dicoms, "--per-image", perImage, "--resume", "--json"])
        #expect(resumed.status == 0 && resumed.output.contains("\"done_before\":5"), "\(resumed.error)")
        #expect(try text("part.csv") == text("whole.csv"))
        #expect(try text("s.csv") == text("whole-s.csv"))
    }

    @Test("Without --per-image the same command resumes an interrupted run, and replaces a complete one")
    func automatic() throws {
        #expect(try infer(["--dicom-dir", dicoms]).status == 0)
        let whole = try (text("s.csv"), text("s.images.csv"))
        // As an interruption after five images leaves it.
        try folder.write(whole.1.split(separator: "\n").prefix(6).joined(separator: "\n") + "\n", to: "s.images.csv")
        let record = try text("s.images.csv.run.json")
        #expect(record.contains("\"complete\" : true"))
        try folder.write(record.replacing(": true", with: ": false"), to: "s.images.csv.run.json")
        let other = try infer(["--dicom-dir", dicoms, "--tta", "hflip"])
        #expect(other.status == 1 && other.error.contains("--tta: found none, expected hflip"), "\(other.error)")
        let resumed = try infer(["--dicom-dir", dicoms, "--json"])
        #expect(resumed.status == 0 && resumed.output.contains("\"done_before\":5"), "\(resumed.error)")
        #expect(try text("s.csv") == whole.0 && text("s.images.csv") == whole.1)
        let again = try infer(["--dicom-dir", dicoms, "--tta", "hflip", "--json"])
        #expect(again.status == 0 && again.output.contains("\"done_before\":0"), "\(again.error)")
    }

    @Test("Ctrl-C keeps what is done, and says how to go on")
    func interrupted() throws {
        // Many rows of the same images, so that the signal comes in the middle.
        let rows = try ImageTable(path: csv, need: .predictions).rows
        var table = "patient_id,image_id,laterality\n"
        let images = "\(folder.path)/many"
        for copy in 0..<200 {
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            try? FileManager.default.createSymbolicLink(
                atPath: "\(images)/\(copy)", withDestinationPath: "\(dicoms)/\(rows[0].patientID)")
            for row in rows where row.patientID == rows[0].patientID { table += "\(copy),\(row.imageID),L\n" }
        }
        let csv = try folder.write(table, to: "many.csv")
        let arguments = [
            "infer", "--weights", weights, "--csv", csv, "--out", "\(folder.path)/s.csv", "--dicom-dir", images,
            "--per-image", "\(folder.path)/i.csv", "--tta", "hflip+vflip", "--quiet",
        ]
        let run = try Tool.run(arguments, environment: ["MAMMO_TEST_SIGNAL": "INT:image:10"])
        #expect(run.status == 130 && run.error.contains("--resume continues"))
        #expect(try !folder.names().contains("s.csv"))
        let resumed = try Tool.run(arguments + ["--resume"])
        #expect(resumed.status == 0)
        #expect(try text("i.csv").count { $0 == "\n" } == table.count { $0 == "\n" })
    }

    @Test("What time does not reach is written as the default; the submission is complete, and the rest can be done")
    func outOfTime() throws {
        let perImage = "\(folder.path)/images.csv"
        #expect(try infer(["--dicom-dir", dicoms, "--per-image", perImage]).status == 0)
        let whole = try (text("s.csv"), text("images.csv"))
        // As a run that was ended after six images left it.
        try folder.write(whole.1.split(separator: "\n").prefix(8).joined(separator: "\n") + "\n", to: "images.csv")
        let kept = try text("images.csv").split(separator: "\n").count { $0.hasPrefix("1") }
        let more = ["--dicom-dir", dicoms, "--per-image", perImage, "--resume", "--missing", "0.25"]
        let late = try infer(more + ["--limit-time", "0.0001s"], out: "late.csv")
        #expect(late.status == 3, "\(late.error)")
        #expect(late.error.contains("--limit-time is reached: \(18 - kept) of 18 images were not predicted"))
        let (rows, wanted) = try (text("late.csv").split(separator: "\n"), whole.0.split(separator: "\n"))
        #expect(rows.count == 13 && rows[1] == wanted[1] && rows[12].hasSuffix(",0.25"))
        #expect(rows.map { $0.split(separator: ",")[0] } == wanted.map { $0.split(separator: ",")[0] })
        let rest = try infer(more, out: "rest.csv")
        #expect(try rest.status == 0 && text("rest.csv") == whole.0 && text("images.csv") == whole.1)
        let none = try infer(["--dicom-dir", dicoms, "--limit-time", "0.0001s", "--json"], out: "none.csv")
        #expect(none.status == 1 && none.output.contains(#""out_of_time":18"#), "\(none.output)")
        #expect(try text("none.csv").split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix(",0.02065") })
    }

    @Test("PNGs made with other parameters are refused, and taken by force")
    func otherParameters() throws {
        let made = try Tool.run(
            [
                "preprocess", "--images", dicoms, "--csv", csv, "--out", "\(folder.path)/png", "--size", "96x48",
                "--quiet",
            ])
        #expect(made.status == 0)
        let refused = try infer(["--png-dir", "\(folder.path)/png"])
        #expect(refused.status == 1 && refused.error.contains("--size 96x48") && refused.error.contains("--force"))
        #expect(try infer(["--png-dir", "\(folder.path)/png", "--force"]).status == 0)
    }

    @Test("Thresholds, heat maps, several weights")
    func options() throws {
        let run = try infer(
            [
                "--dicom-dir", dicoms, "--weights", Fixtures.path("micro/weights.safetensors"), "--threshold", "0.5",
            ])
        // The second file records no preprocessing: it is not known to want the same images.
        #expect(run.status == 1 && run.error.contains("made otherwise"))
        let both = try infer(
            [
                "--dicom-dir", dicoms, "--weights", weights, "--threshold", "0.47", "--heatmap", "\(folder.path)/heat",
                "--limit-time", "1h30m",
            ])
        #expect(both.status == 0)
        #expect(both.error.contains("18 images at") && both.error.contains("within --limit-time 1:30:00"))
        let values = try text("s.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
        #expect(Set(values).isSubset(of: ["0.0", "1.0"]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/heat").count == 18)
    }

    @Test("A sheet for each patient; one that is gone is made again, and predictions stay")
    func sheets() throws {
        let sheets = "\(folder.path)/sheets"
        let command = ["--dicom-dir", dicoms, "--weights", weights, "--heatmap", sheets, "--heatmap-grid"]
        #expect(try infer(command).status == 0)
        let (submission, names) = (try text("s.csv"), Files.names(in: sheets).sorted())
        #expect(names.first == "10006.png" && names.count == 6)
        let bytes = try names.map { try Files.read("\(sheets)/\($0)") }
        #expect(Files.remove("\(sheets)/10006.png"))
        let again = try infer(command + ["--resume"])
        #expect(again.status == 0 && again.output.contains(", from 18 of 18 images, 14 done before"))
        #expect(try text("s.csv") == submission)
        #expect(try names.map { try Files.read("\(sheets)/\($0)") } == bytes)
        #expect(try infer(["--dicom-dir", dicoms, "--weights", weights, "--heatmap-grid"]).status == 64)
    }

    @Test(
        "Wrong arguments are told at once",
        arguments: [
            [], ["--png-dir", "a", "--dicom-dir", "b"], ["--png-dir", "a", "--resume", "--force"],
            ["--png-dir", "a", "--threshold", "2"],
            ["--png-dir", "a", "--tta", "spin"], ["--png-dir", "a", "--limit-time", "9"],
            ["--png-dir", "a", "--missing", "nan"],
        ])
    func wrongArguments(_ more: [String]) throws {
        #expect(try infer(more).status == 64)
    }

    @Test("Weights that cannot be used end it in one line")
    func badWeights() throws {
        let bad = try folder.write("not weights", to: "bad.safetensors")
        for (weights, part) in [(bad, "neither"), ("\(folder.path)/none", "No such file")] {
            let run = try Tool.run(
                ["infer", "--weights", weights, "--csv", csv, "--out", "x", "--dicom-dir", dicoms, "--size", "64x32"])
            #expect(run.status == 1 && run.error.contains(part) && run.error.split(separator: "\n").count == 1)
        }
        let unsized = try Tool.run(
            [
                "infer", "--weights", Fixtures.path("micro/weights.pth"), "--csv", csv, "--out", "x", "--dicom-dir",
                dicoms,
            ])
        #expect(unsized.status == 1 && unsized.error.contains("records no preprocessing; give --size"))
        let nowhere = try infer(["--dicom-dir", dicoms], out: "none/s.csv")
        #expect(nowhere.status == 1 && nowhere.error.contains("none/s.csv: cannot be written"))
        let kernels = try infer(["--dicom-dir", dicoms, "--kernels", "mmx"])
        #expect(kernels.status == 64 && kernels.error.contains("portable"))
        for command in [
            ["infer", "--weights", weights, "--csv", csv, "--out", "x", "--dicom-dir", dicoms],
            ["train", "--images", dicoms, "--csv", csv, "--weights", "none", "--dry-run"],
        ] {
            let run = try Tool.run(
                command + ["--kernels", "openblas"], environment: ["MAMMO_OPENBLAS": "/none/libopenblas.so.0"])
            #expect(run.status == 69 && run.error.split(separator: "\n").count == 1, "\(run.error)")
            #expect(run.error.contains("/none/libopenblas.so.0") && run.error.contains("libopenblas0-pthread"))
        }
    }
}

import Foundation
import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("mammo preprocess", .timeLimit(.minutes(10)))
struct PreprocessCommandTests {
    private let images = Fixtures.path("train_images")
    private let csv = Fixtures.path("train.csv")

    private func goldensMatch(in folder: TemporaryFolder) throws {
        for row in try Fixtures.table("train.csv") {
            let name = "\(row["patient_id"] ?? "")_\(row["image_id"] ?? "").png"
            let made = try PNGDecoder.decode(Files.read("\(folder.path)/\(name)"))
            #expect(made == (try Fixtures.gray("train_goldens/\(name)")), "\(name)")
        }
    }

    @Test("A table: every PNG is the reference's", arguments: [1, 2, 5])
    func table(_ jobs: Int) throws {
        let out = try TemporaryFolder()
        let run = try Tool.run([
            "preprocess", "--images", images, "--csv", csv, "--out", out.path, "--size", "512x256", "--jobs", "\(jobs)",
        ])
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(run.output.hasPrefix("18 of 18 images written to \(out.path) as 512x256, "))
        #expect(try out.names().count == 19)
        try goldensMatch(in: out)
    }

    @Test("Parts of a split make what the whole table makes")
    func parts() throws {
        let (split, out) = (try TemporaryFolder(), try TemporaryFolder())
        #expect(try Tool.run(["split", "--csv", csv, "--parts", "3", "--out", split.path]).status == 0)
        for part in 0..<3 {
            let run = try Tool.run([
                "preprocess", "--images", images, "--list", "\(split.path)/part-\(part).txt", "--out", out.path,
                "--size",
                "512x256", "--quiet",
            ])
            #expect(run.status == 0)
        }
        try goldensMatch(in: out)
    }

    @Test("2048x1024 where no size is given")
    func defaultSize() throws {
        let out = try TemporaryFolder()
        #expect(try Tool.run(["preprocess", Fixtures.path("images/explicit.dcm"), "--out", out.path]).status == 0)
        let image = try PNGDecoder.decode(Files.read("\(out.path)/images_explicit.png"))
        #expect((image.rows, image.columns) == (2048, 1024))
    }

    @Test("A batch with bad files in it: each named in one line, the rest done, status 3")
    func badFiles() throws {
        let out = try TemporaryFolder()
        let bad = ["broken/j2k-truncated.dcm", "broken/text.dcm", "nowhere.dcm"].map(Fixtures.path)
        let good = ["images/explicit.dcm", "images/j2k-jp2.dcm"].map(Fixtures.path)
        let run = try Tool.run([
            "preprocess", bad[0], good[0], bad[1], bad[2], good[1], "--out", out.path, "--size", "64x32",
        ])
        #expect(run.status == 3)
        let lines = run.error.split(separator: "\n").map(String.init).sorted()
        #expect(lines.count == 3)
        for path in bad { #expect(lines.contains { $0.hasPrefix("mammo preprocess: \(path): ") }) }
        #expect(run.output.hasPrefix("2 of 5 images written") && run.output.contains("3 failed"))
        #expect(try out.names() == ["images_explicit.png", "images_j2k-jp2.png", "manifest.jsonl"])
    }

    @Test("Nothing but bad files: status 1, nothing written")
    func onlyBad() throws {
        let out = try TemporaryFolder()
        let files = try Fixtures.table("broken.csv").map { Fixtures.path("broken/\($0["file"] ?? "")") }
        let run = try Tool.run(["preprocess"] + files + ["--out", out.path, "--size", "64x32"])
        #expect(run.status == 1)
        #expect(run.error.split(separator: "\n").count == files.count)
        #expect(try out.names() == ["manifest.jsonl"])
    }

    @Test("One single value: zeros and a warning")
    func uniform() throws {
        let out = try TemporaryFolder()
        let run = try Tool.run(["preprocess", Fixtures.path("images/black.dcm"), "--out", out.path, "--size", "20x10"])
        #expect(run.status == 0 && run.error.contains("images/black.dcm: warning: every pixel has the same value"))
        #expect(try PNGDecoder.decode(Files.read("\(out.path)/images_black.png")) == .black(rows: 20, columns: 10))
    }

    @Test("Frames are chosen by number")
    func frames() throws {
        let out = try TemporaryFolder()
        let path = Fixtures.path("images/frames-sv1.dcm")
        let run = try Tool.run(["preprocess", path, "--frame", "2", "--out", out.path, "--size", "256x128"])
        #expect(run.status == 0)
        let made = try PNGDecoder.decode(Files.read("\(out.path)/images_frames-sv1.png"))
        #expect(made == (try Fixtures.gray("goldens/frame2.png")))
        let none = try Tool.run(["preprocess", path, "--frame", "9", "--out", try TemporaryFolder().path])
        #expect(none.status == 1 && none.error.contains("no frame 9: the file has 3"))
    }

    @Test("--bit-depth 16: the high byte is the 8-bit image, or next to it")
    func sixteenBits() throws {
        let (deep, plain) = (try TemporaryFolder(), try TemporaryFolder())
        let path = Fixtures.path("images/jpeg-sv1-14-right.dcm")
        let base = ["preprocess", path, "--size", "256x128", "--quiet", "--out"]
        #expect(try Tool.run(base + [deep.path, "--bit-depth", "16"]).status == 0)
        #expect(try Tool.run(base + [plain.path]).status == 0)
        let sixteen = try PNGDecoder.decode16(Files.read("\(deep.path)/images_jpeg-sv1-14-right.png"))
        let eight = try PNGDecoder.decode(Files.read("\(plain.path)/images_jpeg-sv1-14-right.png"))
        #expect(zip(sixteen.samples, eight.pixels).allSatisfy { abs(Int($0 / 257) - Int($1)) <= 1 })
        #expect(Set(sixteen.samples.map { $0 & 0xFF }).count > 200)
    }

    @Test("--json: the summary under sorted keys")
    func json() throws {
        let out = try TemporaryFolder()
        let path = Fixtures.path("images/one.dcm")
        let run = try Tool.run(["preprocess", path, path, "--out", out.path, "--size", "8x4", "--json"])
        #expect(
            run.output.hasPrefix(#"{"done_before":0,"failed":0,"images":2,"out":"\#(out.path)","refused":1,"seconds":"#)
        )
        #expect(run.output.hasSuffix(#","written":1}"# + "\n"))
        #expect(run.status == 3 && run.error.contains("named twice"))
    }

    @Test("An output folder that cannot be made or written stops the batch with one line")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "file")
        let run = try Tool.run(["preprocess", Fixtures.path("images/one.dcm"), "--out", file])
        #expect(run.status == 1 && run.error == "mammo preprocess: \(file): cannot be written: Not a directory\n")
    }

    @Test("A file size limit is met like a full disk: nothing half-written, one line, status 1")
    func diskFull() throws {
        let out = try TemporaryFolder()
        // SIGXFSZ ignored, write() says EFBIG, as it says ENOSPC on a full disk.
        let run = try Tool.shell(
            "trap '' XFSZ; ulimit -f 2; mammo preprocess --images '\(images)' --csv '\(csv)' --out '\(out.path)' --jobs 1 2>&1"
        )
        #expect(run.status == 1)
        #expect(run.output.contains("File too large; stopping"))
        #expect(try out.names() == ["manifest.jsonl"])
    }

    @Test("Ctrl-C finishes what is under way and says how to go on")
    func interrupt() throws {
        let work = try TemporaryFolder()
        // Many names for one file, so that the batch lasts.
        let patient = "\(work.path)/1"
        try FileManager.default.createDirectory(atPath: patient, withIntermediateDirectories: true)
        var names = ""
        for i in 0..<3000 {
            try FileManager.default.createSymbolicLink(
                atPath: "\(patient)/\(i).dcm", withDestinationPath: Fixtures.path("images/j2k-jp2.dcm"))
            names += "1/\(i).dcm\n"
        }
        let parts = try work.write(names, to: "list.txt")
        let png = try TemporaryFolder()
        let run = try Tool.run(
            ["preprocess", "--images", work.path, "--list", parts, "--out", png.path],
            environment: ["MAMMO_TEST_SIGNAL": "INT:image:5"])
        #expect(run.status == 130)
        #expect(
            run.error.contains("finishing the images in progress")
                && run.error.contains("the same command writes the rest"))
        let made = try png.names()
        #expect(made.count >= 5 && made.count < 3000)
        for name in made where name != "manifest.jsonl" {
            #expect(name.hasSuffix(".png"))
            _ = try PNGDecoder.decode(Files.read("\(png.path)/\(name)"))
        }
    }

    @Test(
        "Wrong arguments: status 64 and what to do",
        arguments: [
            (["--out", "x"], "give one of --list, --csv or files"),
            (["--csv", "t", "--out", "x"], "need --images FOLDER"),
            (["a.dcm", "--out", "x", "--size", "0x5"], "--size"),
            (["a.dcm", "--out", "x", "--jobs", "0"], "--jobs is 0, expected 1 to 1024"),
            (["a.dcm"], "--out is not given, expected --out <folder>"),
            (["a.dcm", "--out", "x", "--sizes", "5x5"], "--sizes is not an option; did you mean --size?"),
        ])
    func arguments(_ arguments: [String], _ says: String) throws {
        let run = try Tool.run(["preprocess"] + arguments)
        #expect(run.status == 64 && run.error.contains(says), "\(run.error)")
    }

    @Test("A folder: every DICOM file below it, by its content")
    func folder() throws {
        let out = try TemporaryFolder()
        let run = try Tool.run(["preprocess", images, "--out", out.path, "--size", "512x256"])
        #expect(run.status == 0 && run.error.isEmpty && run.output.hasPrefix("18 of 18 images written"))
        try goldensMatch(in: out)
        let none = try TemporaryFolder()
        let empty = try Tool.run(["preprocess", none.path, "--out", out.path, "--size", "512x256"])
        #expect(empty.status == 1 && empty.error.contains("\(none.path): skipped: no DICOM file in it or below it"))
    }

    @Test("FOR PROCESSING: one warning for the folder with the count; left out where that is asked for")
    func forProcessing() throws {
        let folder = Fixtures.path("for_processing")
        let out = try TemporaryFolder()
        let run = try Tool.run(["preprocess", folder, "--out", out.path, "--size", "64x32"])
        #expect(run.status == 0 && run.output.hasPrefix("3 of 3 images"))
        #expect(
            run.error
                == "mammo preprocess: warning: \(folder): 2 of 3 images are FOR PROCESSING (raw, not meant for viewing); "
                + "--presentation-only leaves them out\n")
        let entries = try Manifest.entries(in: out.path).values
        #expect(entries.count { $0.forProcessing == true } == 2 && entries.allSatisfy { $0.warnings == [] })
        let only = try TemporaryFolder()
        let left = try Tool.run(["preprocess", folder, "--out", only.path, "--size", "64x32", "--presentation-only"])
        #expect(left.status == 0 && left.output.hasPrefix("1 of 1 image written"))
        #expect(left.error.contains("2 of 3 images are FOR PROCESSING") && left.error.contains("left out"))
        let check = try Tool.run([
            "preprocess", folder, "--out", only.path, "--verify", "--presentation-only",
        ])
        #expect(check.status == 0 && check.output.hasPrefix("1 of 1 image in"))
    }

    @Test("The manifest has what was odd about a file")
    func oddFiles() throws {
        let out = try TemporaryFolder()
        let files = try Fixtures.table("faults.csv").map { Fixtures.path("faults/\($0["file"] ?? "")") }
        let run = try Tool.run(["preprocess"] + files + ["--out", out.path, "--size", "64x32"])
        #expect(run.status == 0 && run.output.hasPrefix("12 of 12 images"), "\(run.error)")
        let entries = try Manifest.entries(in: out.path)
        for row in try Fixtures.table("faults.csv") {
            let name = (row["file"] ?? "").dropLast(4)
            let warnings = try #require(entries["faults_\(name).png"]?.warnings).joined(separator: "; ")
            #expect(warnings.contains(row["says"] ?? "?") || row["says"] == "", "\(name): \(warnings)")
        }
        let falling = try #require(entries["faults_modality-lut-falling.png"]?.warnings)
        #expect(falling.count == 1 && falling[0].contains("Modality LUT Sequence is ignored with --intensity minmax"))
        let window = try TemporaryFolder()
        let windowed = try Tool.run(
            ["preprocess"] + files + ["--out", window.path, "--size", "64x32", "--intensity", "window"])
        #expect(windowed.status == 3 && windowed.output.hasPrefix("3 of 12 images"))
        #expect(
            windowed.error.contains(
                "window-centre-decimal-comma.dcm: WindowCenter is '1800,25\\1900,25', expected numbers with a decimal point"
            ))
    }

    @Test("A table finds files whose names have accents in another form")
    func names() throws {
        let folder = try TemporaryFolder()
        let made = try Tool.shell(
            "cd '\(folder.path)' && mkdir $'Gr\\xfcn' $'e\\xcc\\x81' && cp '\(Fixtures.path("images/one.dcm"))' $'Gr\\xfcn/1.dcm' && "
                + "cp $'Gr\\xfcn/1.dcm' $'e\\xcc\\x81/2.dcm'")
        #expect(made.status == 0)
        let csv = try folder.write("patient_id,image_id\nGr\u{FC}n,1\n\u{E9},2\n", to: "t.csv")
        let run = try Tool.run([
            "preprocess", "--images", folder.path, "--csv", csv, "--out", "\(folder.path)/png", "--size", "20x10",
        ])
        #expect(run.status == 0 && run.output.hasPrefix("2 of 2 images"), "\(run.error)")
        #expect(Files.names(in: "\(folder.path)/png") == ["Gr\u{FC}n_1.png", "manifest.jsonl", "\u{E9}_2.png"])
        let again = try Tool.run([
            "preprocess", "--images", folder.path, "--csv", csv, "--out", "\(folder.path)/png", "--size", "20x10",
        ])
        #expect(again.status == 0 && again.output.contains("2 done before"))
    }
}

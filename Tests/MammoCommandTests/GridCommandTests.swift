import Foundation
import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("mammo grid", .timeLimit(.minutes(10)))
struct GridCommandTests {
    private let csv = Fixtures.path("train.csv")
    private let png = Fixtures.path("train_goldens")

    /// Images of 512 × 256 become tiles of 128 × 64; captions two lines.
    private func grid(_ out: TemporaryFolder, _ more: String...) throws -> Tool {
        try Tool.run(
            ["grid", "--images", png, "--csv", csv, "--out", "\(out.path)/grid.png", "--tile-height", "128"] + more)
    }

    private func picture(_ out: TemporaryFolder) throws -> GrayImage {
        try PNGDecoder.decode(Files.read("\(out.path)/grid.png"))
    }

    @Test("Random images: the picture's size, one line, nothing else written")
    func random() throws {
        let out = try TemporaryFolder()
        let run = try grid(out)
        let (rows, columns) = (10 + 3 * (128 + 4 + 22 + 10), 10 + 3 * (64 + 10))
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(run.output == "9 images of \(png) in \(out.path)/grid.png, \(rows)x\(columns) pixels\n")
        let picture = try picture(out)
        #expect((picture.rows, picture.columns) == (rows, columns))
        #expect(try out.names() == ["grid.png"])
    }

    @Test("The same seed is the same picture, another another")
    func seeds() throws {
        let out = try TemporaryFolder()
        let pictures = try ["5", "5", "6"].map { seed in
            #expect(try grid(out, "--seed", seed).status == 0)
            return try picture(out)
        }
        #expect(pictures[0] == pictures[1] && pictures[0] != pictures[2])
    }

    @Test("--label: only such images, and no more rows than they fill")
    func label() throws {
        let out = try TemporaryFolder()
        let cancers = try Fixtures.table("train.csv").filter { $0["cancer"] == "1" }
            .map { "\($0["patient_id"] ?? "")_\($0["image_id"] ?? "").png" }
        let run = try grid(out, "--label", "1", "--columns", "2", "--json")
        #expect(run.status == 0 && run.output.components(separatedBy: #"{"cancer":1,"#).count == 1 + cancers.count)
        for file in cancers { #expect(run.output.contains(file)) }
        #expect(run.output.hasPrefix(#"{"columns":158,"images":[{"cancer":1,"file":""#))
        #expect(run.output.contains(#""not_made":0,"out":"\#(out.path)/grid.png","passed_over":[],"rows":"#))
    }

    @Test("Files that are not there or broken are named, others take their place, status 3")
    func missing() throws {
        let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
        let rows = try Fixtures.table("train.csv").map { "\($0["patient_id"] ?? "")_\($0["image_id"] ?? "").png" }
        for name in rows.dropFirst(12) {
            try FileManager.default.copyItem(atPath: "\(png)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        try folder.write("broken", to: rows[11])
        let command = ["grid", "--images", folder.path, "--csv", csv, "--out", "\(out.path)/g.png"]
        let run = try Tool.run(command)
        #expect(run.status == 3 && run.output.hasPrefix("6 images of "))
        #expect(run.error.split(separator: "\n").count == 12)
        #expect(
            run.error.contains("mammo grid: \(folder.path)/\(rows[0]): cannot be read: No such file or directory\n"))
        #expect(run.error.contains("mammo grid: \(folder.path)/\(rows[11]): not a usable PNG"))
    }

    @Test("Nothing to show: status 1, no picture, one line")
    func nothing() throws {
        let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
        let table = "patient_id,image_id,cancer\n" + (0..<100).map { "1,\($0),0\n" }.joined()
        let csv = try folder.write(table, to: "t.csv")
        let command = ["grid", "--images", out.path, "--csv", csv, "--out", "\(out.path)/g.png"]
        let run = try Tool.run(command)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(
            run.error.hasPrefix("mammo grid: \(out.path): holds none of the 100 files that are asked for (1_")
                && run.error.hasSuffix(", …); name the folder that they are in\n"))
        #expect(try out.names().isEmpty)
        let label = try Tool.run(command + ["--label", "1"])
        #expect(label.status == 1 && label.error == "mammo grid: \(csv): none of the 100 images has cancer 1\n")
    }

    @Test("--worst goes by the manifest and says why, with a table or without")
    func worst() throws {
        let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
        let files = ["images/explicit.dcm", "images/black.dcm", "broken/text.dcm"].map(Fixtures.path)
        #expect(try Tool.run(["preprocess"] + files + ["--out", folder.path, "--size", "128x64"]).status == 3)
        let command = ["grid", "--images", folder.path, "--worst", "--out", "\(out.path)/grid.png", "--json"]
        let run = try Tool.run(command)
        #expect(run.status == 0)
        #expect(run.error == "mammo grid: \(folder.path)/manifest.jsonl: skipped 1 that could not be made\n")
        #expect(
            run.output.contains(
                #""images":[{"file":"images_black.png","reasons":["whole image","1 warning"],"score":4}"#))
        let csv = try folder.write("patient_id,image_id,cancer\nimages,explicit,1\n", to: "t.csv")
        let one = try Tool.run(command + ["--csv", csv, "--label", "1"])
        #expect(one.status == 0 && one.output.contains(#""images":[{"cancer":1,"file":"images_explicit.png""#))
        #expect(!one.output.contains("black"))
        let none = try Tool.run(["grid", "--images", png, "--worst", "--out", "\(out.path)/g.png"])
        #expect(none.status == 1 && none.error.hasPrefix("mammo grid: \(png)/manifest.jsonl: names no image; "))
    }

    @Test("--augmented: sixteen versions of four images, the same for the same seed, with what was drawn")
    func augmented() throws {
        let out = try TemporaryFolder()
        let list = "hflip,rotate=15,brightness=0.2,mixup=0.2"
        let run = try grid(out, "--augmented", list, "--json")
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(run.output.split(separator: "\"changes\":[").count == 17 && run.output.contains("% of it, mixed"))
        let first = try picture(out)
        #expect(first.columns == 10 + 4 * (64 + 10))
        for (seed, isSame) in [("5", true), ("6", false)] {
            #expect(try grid(out, "--augmented", list, "--seed", seed).status == 0)
            #expect(try (picture(out) == first) == isSame)
        }
        #expect(
            try grid(out, "--augmented", "none", "--rows", "1", "--columns", "2", "--json").output.contains(
                "\"changes\":[]"))
    }

    @Test("--augmented shows fewer images than columns again, and passes over what has another size")
    func augmentedFew() throws {
        let (out, folder) = (try TemporaryFolder(), try TemporaryFolder())
        let csv = try folder.write("patient_id,image_id\n1,1\n1,2\n1,3\n", to: "t.csv")
        for (name, rows) in [("1_1", 64), ("1_2", 64), ("1_3", 32)] {
            try Files.write(
                PNGEncoder.encode(GrayImage.black(rows: rows, columns: 32)), to: "\(folder.path)/\(name).png")
        }
        let command = ["grid", "--images", folder.path, "--csv", csv, "--out", "\(out.path)/grid.png"]
        let run = try Tool.run(command + ["--augmented", "hflip", "--tile-height", "32", "--seed", "1"])
        #expect(run.status == 3 && run.output.hasPrefix("16 images of "))
        #expect(run.error.contains("pixels, the first has "))
    }

    @Test("What cannot be read or written: one line, status 1")
    func refused() throws {
        let out = try TemporaryFolder()
        let table = try grid(out, "--csv", "/no/such.csv")
        #expect(
            table.status == 1 && table.error == "mammo grid: /no/such.csv: cannot be read: No such file or directory\n")
        let folder = try grid(out, "--images", "/no/such")
        #expect(folder.status == 1 && folder.error == "mammo grid: /no/such: cannot be read: no such folder\n")
        let written = try grid(out, "--out", "/no/such/grid.png")
        #expect(
            written.status == 1
                && written.error == "mammo grid: /no/such/grid.png: cannot be written: No such file or directory\n")
        #expect(try out.names().isEmpty)
    }

    @Test(
        "Wrong arguments: status 64 and what to do",
        arguments: [
            (["--worst", "--out", "x.jpg"], "--out is x.jpg, expected a name that ends in .png"),
            (["--out", "o"], "give --csv TABLE, --worst, or both"),
            (["--worst", "--label", "1", "--out", "o"], "--label goes with --csv"),
            (["--csv", "t", "--label", "2", "--out", "o"], "--label is 2, expected 0 or 1"),
            (["--csv", "t", "--rows", "0", "--out", "o"], "--rows is 0, expected 1 to 50"),
            (["--csv", "t", "--columns", "51", "--out", "o"], "--columns is 51, expected 1 to 50"),
            (["--csv", "t", "--tile-height", "8", "--out", "o"], "--tile-height is 8, expected 32 to 2048"),
            (
                ["--csv", "t", "--rows", "50", "--columns", "50", "--tile-height", "2048", "--out", "o"],
                "choose a smaller --tile-height"
            ),
            (["--csv", "t", "--seed", "-1", "--out", "o"], "--seed"),
            (["--csv", "t", "--augmented", "hflop", "--out", "o"], "did you mean hflip?"),
            (["--worst", "--augmented", "hflip", "--out", "o"], "--augmented goes with --csv and without --worst"),
            (["--csv", "t"], "--out is not given, expected --out <file.png>"),
        ])
    func arguments(_ arguments: [String], _ says: String) throws {
        let run = try Tool.run(["grid", "--images", "png"] + arguments)
        #expect(run.status == 64 && run.error.contains(says), "\(run.error)")
    }
}

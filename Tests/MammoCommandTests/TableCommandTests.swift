import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo table", .timeLimit(.minutes(10)))
struct TableCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func text(_ name: String) throws -> String { String(decoding: try Files.read(path(name)), as: UTF8.self) }

    /// Runs a command and expects a status.
    @discardableResult
    private func mammo(_ arguments: [String], status: Int32 = 0) throws -> Tool {
        let run = try Tool.run(arguments)
        #expect(run.status == status, "\(arguments.prefix(2)): \(run.error)")
        return run
    }

    /// From a data set's own files to a checked submission, by way of a list, PNGs and a step of training; and from DICOM
    /// files to the same submission.
    private func wholeWay(images: String) throws {
        let csv = path("train.csv")
        try mammo(["split", "--csv", csv, "--parts", "2", "--by", "patient", "--folds", "2", "--out", path("split")])
        for part in 0..<2 {
            try mammo([
                "preprocess", "--images", images, "--list", path("split/part-\(part).txt"), "--out", path("png"),
                "--size",
                "64x32", "--quiet",
            ])
        }
        let again = try mammo([
            "preprocess", "--images", images, "--csv", csv, "--out", path("png"), "--size", "64x32", "--quiet",
            "--json",
        ])
        #expect(again.output.contains(#""done_before":18"#), "\(again.output)")
        try mammo([
            "train", "--images", path("png"), "--csv", csv, "--folds-file", path("split/folds.csv"), "--weights",
            Fixtures.path("micro/weights.safetensors"), "--arch", "micro", "--batch-size", "18", "--epochs", "1",
            "--out",
            path("run"), "--quiet",
        ])
        let weights = path("run/best.safetensors")
        let sources = [["--png-dir", path("png")], ["--dicom-dir", images]]
        for (source, out) in zip(sources, ["a.csv", "b.csv"]) {
            try mammo(["infer", "--weights", weights, "--csv", csv, "--out", path(out), "--quiet"] + source)
        }
        #expect(try text("a.csv") == text("b.csv"))
        // The share of predictions says nothing here.
        try mammo(["score", "--lint", path("a.csv"), "--csv", csv])
        let score = try mammo(["score", "--predictions", path("a.images.csv"), "--labels", csv, "--full"])
        #expect(score.output.contains("patient"))
    }

    @Test("VinDr-Mammo: from its files to a submission")
    func vindr() throws {
        try DemoSets.vindr(in: folder.path)
        let run = try mammo(["table", "vindr", "--images", folder.path, "--out", path("train.csv")])
        #expect(run.output == "\(path("train.csv")): 18 images of 6 patients, 3 positive (16.67 %)\n")
        #expect(run.error.isEmpty)
        #expect(try text("train.csv").hasPrefix("patient_id,image_id,laterality,view,cancer,path,dataset\n"))
        try wholeWay(images: folder.path)
        #expect(try text("a.csv").contains("\nvindr_s10006_L,"))
        let names = Files.names(in: path("png")).filter { $0.hasPrefix("vindr_s10006_i") }
        #expect(names.count == 4)
    }

    @Test("CBIS-DDSM: from its files to a submission")
    func cbis() throws {
        try DemoSets.cbis(in: folder.path)
        let run = try mammo([
            "table", "cbis", "--images", path("CBIS-DDSM"), "--csv", path("mass_case_description_train_set.csv"),
            "--out",
            path("train.csv"), "--json",
        ])
        #expect(run.output.hasPrefix(#"{"files_missing":0,"images":18,"#) && run.output.contains(#""positives":3"#))
        try wholeWay(images: path("CBIS-DDSM"))
        #expect(try text("a.csv").contains("\ncbis_P_10001_L,"))
    }

    @Test("CMMD: from its files to a submission; what cannot be used is named, with status 3")
    func cmmd() throws {
        try DemoSets.cmmd(in: folder.path)
        let run = try mammo(["table", "cmmd", "--images", path("CMMD"), "--out", path("train.csv")], status: 3)
        #expect(
            run.output
                == "\(path("train.csv")): 18 images of 6 patients, 3 positive (16.67 %); passed over: 1 no label; "
                + "files missing: 1\n")
        #expect(run.error.split(separator: "\n").count == 2 && run.error.contains("xlsx:15: the label is empty"))
        try wholeWay(images: path("CMMD"))
        #expect(try text("a.csv").contains("\ncmmd_D1-0001_L,"))
    }

    @Test("Any other table by a map: columns, labels, a pattern; predictions by ids of its own")
    func columns() throws {
        try DemoSets.vindr(in: folder.path)
        try folder.write(
            """
            # which is which
            patient_id: study_id
            image_id: image_id
            laterality: laterality
            view: view_position
            prediction_id: "{study_id}-{laterality}"
            label: breast_birads
            positive: BI-RADS 4, BI-RADS 5
            path: images/{study_id}/{image_id}.dicom
            """, to: "map.yaml")
        let command = [
            "table", "--columns", path("map.yaml"), "--csv", path("breast-level_annotations.csv"), "--out",
            path("train.csv"),
        ]
        let run = try mammo(command + ["--images", folder.path])
        #expect(run.output.contains(": 18 images of 6 patients, "))
        let lines = try text("train.csv").split(separator: "\n")
        #expect(lines[0] == "patient_id,image_id,laterality,view,cancer,path,prediction_id")
        #expect(lines[1] == "s10006,i1249812007,L,CC,0,images/s10006/i1249812007.dicom,s10006-L")
        // What counts as cancer can be said otherwise, and files need not be there.
        let other = try mammo(command + ["--positive", "bi-rads 2", "--dataset", "x", "--json"])
        #expect(other.output.contains(#""positives":6"#))
        #expect(try text("train.csv").contains(",x,s10006-L\n"))
    }

    @Test(
        "A map that cannot be used is named with its line",
        arguments: [
            ("patientid: a\n", "map.yaml:1: 'patientid' is not a key; did you mean patient_id?"),
            ("patient_id: a\npath: {a}\n", "map.yaml:2: path is a list or mapping, expected one value"),
            ("patient_id: \"{a\"\npath: b\n", "map.yaml: has no key laterality or prediction_id"),
            ("patient_id: \"{a\"\npath: b\nlaterality: c\npositive: 1\n", "map.yaml:1: patient_id is '{a', expected"),
            ("patient_id: a\nlabel: b\n", "map.yaml: has neither path nor folder, expected one"),
            ("patient_id: a\npath: b\nlaterality: c\nlabel: d\n", "map.yaml: has no key positive"),
        ])
    func maps(_ map: String, _ says: String) throws {
        try folder.write(map, to: "map.yaml")
        try folder.write("a,b,c,d\n1,2,L,1\n", to: "t.csv")
        let run = try mammo(
            ["table", "--columns", path("map.yaml"), "--csv", path("t.csv"), "--out", path("o.csv")], status: 1)
        #expect(run.error.hasPrefix("mammo table: \(folder.path)/\(says)"), "\(run.error)")
    }

    @Test(
        "Wrong arguments",
        arguments: [
            (["--out", "o"], "no data set is named; give one of vindr, cbis, cmmd, or --columns MAP.yaml"),
            (["vindr", "--columns", "m", "--csv", "t", "--out", "o"], "a preset contradicts --columns"),
            (["vindr", "--out", "o"], "--csv is not given"),
            (["cmmd", "--csv", "t", "--out", "o"], "--images is not given"),
            (["vindr", "--csv", "t", "--dataset", "a/b", "--out", "o"], "--dataset is 'a/b'"),
        ])
    func usage(_ arguments: [String], _ says: String) throws {
        let run = try mammo(["table"] + arguments, status: 64)
        #expect(run.error.contains(says), "\(run.error)")
    }

    @Test("Nothing left: status 1, and nothing written")
    func nothing() throws {
        try folder.write("study_id,image_id,laterality,view_position,breast_birads\n1,2,L,CC,BI-RADS 6\n", to: "t.csv")
        let run = try mammo(["table", "vindr", "--csv", path("t.csv"), "--out", path("o.csv")], status: 1)
        #expect(run.error.contains("the label is 'BI-RADS 6', expected BI-RADS 5, BI-RADS 1"))
        #expect(run.error.hasSuffix("no image is left; \(path("o.csv")) was not written\n"))
        #expect(Files.status(of: path("o.csv")) == nil)
    }
}

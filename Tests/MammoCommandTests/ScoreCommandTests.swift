import Foundation
import MammoData
import MammoImage
import MammoTrain
import TestSupport
import Testing

@Suite("mammo score", .timeLimit(.minutes(10)))
struct ScoreCommandTests {
    static let train = """
        patient_id,image_id,laterality,cancer,site_id
        1,1,L,1,1
        1,2,R,0,1
        2,3,L,0,2
        2,4,R,0,2
        3,5,L,1,2
        3,6,R,0,2
        """
    static let images = """
        patient_id,image_id,prediction_id,logit,probability
        1,1,1_L,0,0.9
        1,2,1_R,0,0.1
        2,3,2_L,0,0.4
        2,4,2_R,0,0.2
        3,5,3_L,0,0.6
        3,6,3_R,0,0.1
        """

    @Test("The tables, the JSON, the report; standard error holds only warnings")
    func scores() throws {
        let folder = try TemporaryFolder()
        let labels = try folder.write(Self.train, to: "train.csv")
        let predictions = try folder.write(Self.images, to: "p.csv")
        let page = "\(folder.path)/r.html"
        let common = ["score", "--predictions", predictions, "--labels", labels]
        let run = try Tool.run(common + ["--report", page, "--bootstrap", "20"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        #expect(
            run.output.hasPrefix(
                "Unit breast (mean): 6, of which 2 positive; 95 % intervals of 20 bootstrap resamples\n"))
        #expect(run.output.contains(/\n  best F1 +1\.0000 +[0-9.]+ +1\.0000\n/) && !run.output.contains("site 2"))
        let full = try Tool.run(common + ["--full", "--bootstrap", "20"])
        #expect(full.output.contains("  6         2  0.6977   1.0000   0.500000  0.400000"), "\(full.output)")
        #expect(full.output.contains("95 % intervals, 20 bootstrap resamples of patients"))
        #expect(full.output.contains("site 2"))
        #expect(String(decoding: try Files.read(page), as: UTF8.self).hasSuffix("</html>\n"))
        let json = try Tool.run(common + ["--json", "--unit", "patient", "--aggregate", "noisy-or", "--beta", "2"])
        #expect(json.status == 0 && json.output.hasPrefix(#"{"beta":2,"calibration":[{"#))
        #expect(json.output.contains(#""main":{"aggregate":"noisy-or","#))
    }

    @Test("The confusion matrix and the worst cases, with their images in the report; what is not there is named")
    func worst() throws {
        let folder = try TemporaryFolder()
        let labels = try folder.write(Self.train, to: "train.csv")
        let predictions = try folder.write(Self.images, to: "p.csv")
        let image = GrayImage(rows: 400, columns: 200, pixels: [UInt8](repeating: 90, count: 80_000))
        try Files.write(PNGEncoder.encode(image), to: "\(folder.path)/3_5.png")
        let page = "\(folder.path)/r.html"
        let common = ["score", "--predictions", predictions, "--labels", labels, "--threshold", "0.3"]
        let run = try Tool.run(common + ["--confusion", "--worst", "5"])
        #expect(run.status == 0 && run.output.contains("F1 at the threshold"), "\(run.error)")
        #expect(run.output.contains(/\n  positive +TP 2 +FN 0\n  negative +FP 1 +TN 3\n/), "\(run.output)")
        #expect(run.output.contains(/\n  2_L +FP +0.4000 +0.4000 +2\/3\n/))
        let higher = ["--threshold", "0.7", "--worst", "1", "--images", folder.path, "--report", page, "--json"]
        let shown = try Tool.run(common.dropLast(2) + higher)
        #expect(shown.status == 0 && shown.output.contains(#""outcome":"FN""#), "\(shown.error)")
        let html = String(decoding: try Files.read(page), as: UTF8.self)
        #expect(html.components(separatedBy: "<img src=\"data:image/png;base64,iVBOR").count == 2)
        #expect(html.contains("<b>FN 3_L</b>") && html.contains("img-src data:"))
        let missing = try Tool.run(common + ["--worst", "1", "--images", folder.path, "--report", page])
        #expect(missing.status == 3 && missing.error.contains("\(folder.path)/2_3.png: cannot be read"))
    }

    @Test("validation.csv of a training run, with labels of its own and against train.csv")
    func validation() throws {
        let folder = try TemporaryFolder()
        let labels = try folder.write(Self.train, to: "train.csv")
        let path = "\(folder.path)/validation.csv"
        let rows = try ImageTable(path: labels, need: .predictions).rows
        let logits: [Float] = [2, -1, -0.5, -1, 0.25, -2]
        try ValidationFile.write(zip(rows, logits).map { .init($0, logit: $1) }, fold: 0, to: path)
        for labels in [[], ["--labels", labels]] {
            let run = try Tool.run(["score", "--predictions", path, "--unit", "image", "--json"] + labels)
            #expect(run.status == 0 && run.output.contains(#""best_f1":1,"#), "\(run.error)")
        }
    }

    @Test("Out-of-fold predictions score as they are; several files are pooled, and what is in two is named")
    func pooled() throws {
        let folder = try TemporaryFolder()
        let header = "patient_id,image_id,prediction_id,label,logit,probability,fold\n"
        let rows = ["1,1,1_L,1,2.2,0.9,0\n1,2,1_R,0,-2.2,0.1,0\n", "2,3,2_L,0,-0.4,0.4,1\n3,5,3_L,1,0.4,0.6,1\n"]
        let whole = try folder.write(header + rows[0] + rows[1], to: "oof.csv")
        let parts = try rows.enumerated().map { try folder.write(header + $1, to: "\($0).csv") }
        let one = try Tool.run(["score", "--predictions", whole, "--json"])
        #expect(one.status == 0 && one.error.isEmpty, "\(one.error)")
        #expect(one.output.contains(#""attribute":"fold""#) && one.output.contains(#""nested":{"#))
        let several = parts.flatMap { ["--predictions", $0] }
        let pooled = try Tool.run(["score", "--json"] + several)
        #expect(pooled.status == 0 && pooled.output == one.output)
        let twice = try Tool.run(["score", "--json", "--predictions", whole] + several)
        #expect(twice.status == 3 && twice.error.contains("\(parts[1]):2: 2/3 is already on line 4 of \(whole)\n"))
        #expect(twice.error.split(separator: "\n").count == 4)
    }

    @Test("Bad rows are named and passed over with status 3; nothing to score is status 1")
    func problems() throws {
        let folder = try TemporaryFolder()
        let labels = try folder.write(Self.train, to: "train.csv")
        let bad = try folder.write("prediction_id,cancer\n1_L,0.5\n1_R,nan\n9_L,0.1\n", to: "p.csv")
        let run = try Tool.run(["score", "--predictions", bad, "--labels", labels, "--partial"])
        #expect(run.status == 3 && run.error.contains("\(bad):3: cancer is 'nan', expected 0 to 1\n"))
        #expect(run.error.contains("\(bad):4: 9_L is not in \(labels)\n"))
        let index = try folder.write(",prediction_id,cancer\n0,1_L,0.5\n", to: "i.csv")
        let refused = try Tool.run(["score", "--predictions", index, "--labels", labels])
        #expect(
            refused.status == 1 && refused.error.hasPrefix("mammo score: \(index):1: the first column, '', is an index")
        )
    }

    @Test("--lint and --folds-file")
    func others() throws {
        let folder = try TemporaryFolder()
        let labels = try folder.write(Self.train, to: "train.csv")
        let good = try folder.write(
            "prediction_id,cancer\n1_L,0.02\n1_R,0.02\n2_L,0.02\n2_R,0.02\n3_L,0.02\n3_R,0.02\n", to: "s.csv")
        let run = try Tool.run(["score", "--lint", good, "--csv", labels])
        #expect(
            run.status == 0 && run.error.isEmpty && run.output == "\(good): 6 rows for 6 breasts, mean 2.00 %: good\n")
        let short = try folder.write("prediction_id,cancer\n1_L,0.02\n", to: "t.csv")
        let failed = try Tool.run(["score", "--lint", short, "--csv", labels, "--json"])
        #expect(failed.status == 3 && failed.output.hasPrefix(#"{"count":1,"errors":["#))
        let folds = try folder.write("patient_id,fold\n1,0\n2,1\n3,1\n", to: "folds.csv")
        let predictions = try folder.write(Self.images, to: "p.csv")
        let nested = try Tool.run(["score", "--predictions", predictions, "--labels", labels, "--folds-file", folds])
        #expect(nested.status == 0 && nested.output.contains("threshold from the other folds"))
    }

    @Test(
        "Wrong arguments",
        arguments: [
            ([], "--predictions FILE, or --lint FILE"), (["--lint", "s"], "--lint needs --csv"),
            (["--predictions", "p", "--beta", "0"], "--beta is 0"),
            (["--predictions", "p", "--grid", "2"], "--grid is 2"),
            (["--predictions", "p", "--threshold", "2"], "--threshold is 2"),
            (["--predictions", "p", "--aggregate", "median"], "expected mean, max or noisy-or"),
            (["--predictions", "p", "--csv", "c"], "--csv goes with --lint"),
            (["--predictions", "p", "--images", "d", "--worst", "1"], "--images is given, but not both"),
            (["--predictions", "p", "--worst", "2000"], "--worst is 2000, expected 0 to 1000"),
        ])
    func arguments(_ arguments: [String], _ says: String) throws {
        let run = try Tool.run(["score"] + arguments)
        #expect(run.status == 64 && run.error.contains(says), "\(run.error)")
    }
}

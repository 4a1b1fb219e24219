import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo calibrate, and infer with what it records", .timeLimit(.minutes(10)))
struct CalibrateCommandTests {
    private let folder: TemporaryFolder
    private let csv = Fixtures.path("train.csv")
    private var weights: String { "\(folder.path)/micro.safetensors" }

    init() throws {
        folder = try TemporaryFolder()
        let made = try Tool.run(
            [
                "weights", Fixtures.path("micro/weights.pth"), "--out", "\(folder.path)/micro.safetensors", "--size",
                "64x32",
            ])
        #expect(made.status == 0, "\(made.error)")
    }

    private func infer(_ out: String, _ more: [String]) throws -> Tool {
        try Tool.run(
            [
                "infer", "--csv", csv, "--out", "\(folder.path)/\(out)", "--dicom-dir", Fixtures.path("train_images"),
                "--quiet",
            ] + more)
    }

    /// The values of a submission by breast.
    private func values(_ name: String) throws -> [String: Double] {
        let path = "\(folder.path)/\(name)"
        let text = try DelimitedText(Files.read(path), path: path)
        return try Dictionary(
            uniqueKeysWithValues: text.records.map { ($0.fields[0], try #require(Double($0.fields[1]))) })
    }

    private struct Result: Decodable {
        var calibration: CalibrationRecord
        var out: String?
    }

    @Test("Weights record calibration and threshold; infer calibrates breasts, and decides by them")
    func recorded() throws {
        let images = "\(folder.path)/images.csv"
        let plain = try infer("plain.csv", ["--weights", weights, "--per-image", images])
        #expect(plain.status == 0 && plain.error.isEmpty, "\(plain.error)")
        let none = try infer("x.csv", ["--weights", weights, "--threshold", "weights"])
        #expect(none.status == 1 && none.error.contains("\(weights): records no threshold"), "\(none.error)")

        let site = "\(folder.path)/site.safetensors"
        let common = ["calibrate", "--predictions", images, "--labels", csv, "--method", "isotonic"]
        let run = try Tool.run(common + ["--recall-rate", "0.5", "--weights", weights, "--out", site, "--json"])
        #expect(run.status == 0 && run.error == "mammo calibrate: wrote \(site)\n", "\(run.error)")
        let result = try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
        let (record, map) = (result.calibration, try #require(result.calibration.map))
        #expect(result.out == site && record.source.breasts == 12 && record.goal == "recall rate 0.5")

        let calibrated = try infer("calibrated.csv", ["--weights", site])
        #expect(calibrated.status == 0)
        #expect(
            calibrated.error
                == "mammo infer: \(site): scores of breasts are calibrated as it records (isotonic, from 12 breasts of "
                + "\(images)); --no-calibration leaves them as they are\n")
        let (before, after) = (try values("plain.csv"), try values("calibrated.csv"))
        for (breast, score) in before { #expect(after[breast] == map.calibrated(probability: score)) }
        let asTheyAre = try infer("bare.csv", ["--weights", site, "--no-calibration"])
        #expect(asTheyAre.status == 0 && asTheyAre.error.isEmpty)
        #expect(try values("bare.csv") == before)

        let decided = try infer("decided.csv", ["--weights", site, "--threshold", "weights", "--json"])
        #expect(decided.status == 0 && decided.error.contains("chosen for recall rate 0.5 on 12 breasts of \(images)"))
        #expect(decided.output.contains(#""calibration":"isotonic""#), "\(decided.output)")
        #expect(decided.output.contains("\"threshold\":\(record.threshold)"))
        for (breast, value) in try values("decided.csv") {
            #expect(value == (try #require(after[breast]) > record.threshold ? 1 : 0))
        }
        let contradiction = try infer("x.csv", ["--weights", site, "--threshold", "weights", "--no-calibration"])
        #expect(contradiction.status == 1 && contradiction.error.contains("a threshold of calibrated scores, but"))
        let other = try infer("max.csv", ["--weights", site, "--aggregate", "max"])
        #expect(other.status == 0 && other.error.contains("was calibrated with --aggregate mean, but it is max"))
        // A new head predicts something else.
        let begin = "\(folder.path)/begin.safetensors"
        #expect(try Tool.run(["weights", site, "--new-head", "--out", begin]).status == 0)
        #expect(try !Tool.run(["weights", begin]).output.contains("threshold"))
    }

    @Test("Several weights that record different things")
    func several() throws {
        let images = "\(folder.path)/images.csv"
        #expect(try infer("plain.csv", ["--weights", weights, "--per-image", images]).status == 0)
        func made(_ name: String, _ more: [String]) throws -> String {
            let out = "\(folder.path)/\(name).safetensors"
            let run = try Tool.run(
                ["calibrate", "--predictions", images, "--labels", csv, "--weights", weights, "--out", out] + more)
            #expect(run.status == 0, "\(run.error)")
            return out
        }
        let a = try made("a", ["--method", "none", "--recall-rate", "0.5"])
        let b = try made("b", ["--method", "none", "--recall-rate", "0.25"])
        let c = try made("c", ["--method", "isotonic"])
        let thresholds = try infer("x.csv", ["--weights", a, "--weights", b, "--threshold", "weights"])
        #expect(thresholds.status == 1)
        #expect(thresholds.error.contains("\(b): records the threshold"), "\(thresholds.error)")
        #expect(try infer("y.csv", ["--weights", a, "--weights", a, "--threshold", "weights"]).status == 0)
        let maps = try infer("x.csv", ["--weights", a, "--weights", c])
        #expect(maps.status == 1 && maps.error.contains("\(c): records another calibration than \(a)"))
        #expect(try infer("z.csv", ["--weights", a, "--weights", c, "--no-calibration"]).status == 0)
    }

    @Test("What it prints without weights, and intervals")
    func printed() throws {
        var text = "patient_id,image_id,prediction_id,label,logit,probability,fold\n"
        for breast in 0..<60 {
            let positive = breast % 3 == 0
            let logit = Double((breast * 37) % 60) / 20 + (positive ? 1 : 0)
            let probability = 1 / (1 + exp(-logit))
            text += "\(breast / 2),\(breast),b\(breast),\(positive ? 1 : 0),\(logit),\(probability),\(breast / 2 % 4)\n"
        }
        let oof = try folder.write(text, to: "oof.csv")
        let run = try Tool.run(["calibrate", "--predictions", oof, "--bootstrap", "50"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        #expect(run.output.hasPrefix("Unit breast (mean): Platt scaling, slope "), "\(run.output)")
        let title = "Threshold of calibrated scores for best F1; 95 % intervals of 50 bootstrap resamples"
        #expect(run.output.contains(title))
        let json = try Tool.run([
            "calibrate", "--predictions", oof, "--method", "none", "--sensitivity", "0.9", "--json",
        ])
        let result = try JSONDecoder().decode(Result.self, from: Data(json.output.utf8))
        #expect(result.calibration.map == nil && result.calibration.goal == "sensitivity 0.9" && result.out == nil)
        let bad = try folder.write(text + "99,99,b99,1,0,nan,0\n", to: "bad.csv")
        let passed = try Tool.run(["calibrate", "--predictions", bad])
        #expect(passed.status == 3 && passed.error.contains("\(bad):62: probability is 'nan'"))
    }

    @Test(
        "Wrong arguments",
        arguments: [
            (["--recall-rate", "2"], "--recall-rate is 2, expected 0 to 1"),
            (["--recall-rate", "0.1", "--sensitivity", "0.9"], "--recall-rate contradicts --sensitivity"),
            (["--weights", "w"], "--weights is given without --out"),
            (["--out", "o.pth"], "--out is given without --weights"),
            (["--weights", "w", "--out", "o.bin"], "--out is 'o.bin', expected a name that ends in .safetensors"),
            (["--method", "beta"], "expected platt, isotonic or none"),
        ])
    func arguments(_ arguments: [String], _ says: String) throws {
        let run = try Tool.run(["calibrate", "--predictions", "p.csv"] + arguments)
        #expect(run.status == 64 && run.error.contains(says), "\(run.error)")
    }
}

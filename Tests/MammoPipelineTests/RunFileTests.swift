import MammoImage
import MammoNet
import MammoPipeline
import MammoTrain
import Testing

@Suite("The settings file of mammo run")
struct RunFileTests {
    private func read(_ text: String) -> RunFile { RunFile(Array(text.utf8), path: "r.yaml") }

    @Test("Keys of all stages; comments, quotes and CRLF; what is not given is the default")
    func keys() {
        let file = read(
            "images: \"a b\"  # here\r\ncsv: 't.csv'\r\nout: o/\r\nsize: 128X64\r\nroi: robust\r\nframe: 2\r\n"
                + "fit: center\r\nflip_to: left\r\npresentation_only: true\r\n"
                + "tta: hflip\r\njobs: 3\r\nfolds: 5\r\nfold: 4\r\nshuffle_seed: 7\r\nlr: 1e-3\r\ntest_csv: ~\r\n")
        let settings = file.settings
        #expect(file.problems.isEmpty && file.notes.isEmpty)
        #expect(settings.images == "a b" && settings.csv == "t.csv" && settings.files.folds == "o/folds/folds.csv")
        #expect(settings.pixels.rows == 128 && settings.pixels.columns == 64 && settings.pixels.region == .robust)
        #expect(settings.pixels.frame == 2 && settings.tta == .hflip && settings.jobs == 3 && settings.testCSV == nil)
        #expect(settings.pixels.fit == .center && settings.pixels.flipTo == .left && settings.presentationOnly)
        let trained = settings.trained
        #expect(
            trained.lr == 1e-3 && trained.fold == 4 && trained.images == "o/png" && trained.csv == "o/presentation.csv")
        // The folds are those of the file.
        #expect(trained.foldsFile == "o/folds/folds.csv" && trained.shuffleSeed == nil)
        #expect(settings.training.folds == 5 && settings.training.shuffleSeed == 7)
        #expect(file.line(of: "lr") == 15 && file.line(of: "epochs") == nil)
        #expect(read("").settings.pixels == PreprocessParameters())
    }

    @Test("Every line that cannot be used is reported, with its number and key")
    func problems() {
        let text = """
            images: [a]
            epoch: 3
            size: 12
            decode: fast
            lr: high
            lr: 1
            folds_file: f.csv
            tta: both
            zzzzzzzzzzzz: 1
            """
        let lines = RunProblems(read(text).problems).all.map(\.description)
        let expected = [
            "r.yaml:1: images is a list or mapping, expected one value",
            "r.yaml:2: 'epoch' is not a key; did you mean epochs?",
            "r.yaml:3: size: found 12, expected ROWSxCOLUMNS",
            "r.yaml:4: decode: found fast, expected exact, reduced",
            "r.yaml:5: lr: found high, expected a number",
            "r.yaml:6: lr is already on line 5; remove one",
            "r.yaml:7: folds_file: the folds are made by mammo run",
            "r.yaml:8: tta: found both, expected none, hflip, hflip+vflip",
            "r.yaml:9: 'zzzzzzzzzzzz' is not a key; the keys are accumulate, after, amp",
        ]
        #expect(lines.count == expected.count)
        for (line, start) in zip(lines, expected) { #expect(line.hasPrefix(start), "\(line)") }
        let broken = read("a: [").problems.map(\.description)
        #expect(broken.count == 1 && broken.allSatisfy { $0.hasPrefix("r.yaml:2: not YAML") }, "\(broken)")
    }

    @Test("The older key with options of preprocess still works, and says what to write instead")
    func preprocessOptions() {
        let file = read("\npreprocess: \"--decode reduced --roi=robust --window-index 2\"\n")
        #expect(file.problems.isEmpty && file.settings.pixels.decode == .reduced)
        #expect(file.settings.pixels.region == .robust && file.settings.pixels.windowIndex == 2)
        #expect(
            file.notes == [
                "r.yaml:2: preprocess: options still work; write them as keys: decode: reduced; roi: robust; "
                    + "window_index: 2"
            ])
        #expect(file.line(of: "roi") == 2)
        for (text, reason) in [
            ("preprocess: --force", "found '--force', expected keys of their own instead of options: size, frame"),
            ("preprocess: --roi", "found '--roi', expected keys"),
            ("preprocess: --roi best", "found '--roi best', expected otsu"),
            ("roi: otsu\npreprocess: --roi robust", "'--roi' and the key roi on line 1; remove one"),
        ] {
            let problems = read(text).problems
            #expect(problems.count == 1 && problems[0].key == "preprocess" && problems[0].reason.hasPrefix(reason))
        }
    }

    @Test("The example is read without a problem, and fits into 80 columns")
    func example() {
        let file = read(RunExample.text)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.settings.training.epochs == 17 && file.settings.tta == .hflip && file.settings.out == "results")
        // What is commented out has to be keys as well.
        let all = RunExample.text.split(separator: "\n")
        let active = all.map { $0.wholeMatch(of: /# ([a-z_]+: .*)/).map { String($0.output.1) } ?? String($0) }
        let whole = read(active.joined(separator: "\n"))
        #expect(whole.problems.isEmpty && whole.settings.testCSV == "test.csv" && whole.settings.jobs == 8)
        #expect(all.allSatisfy { $0.count <= 80 })
    }

    @Test("No key stands for two things, and all of training's have a place")
    func names() {
        let names = RunKey.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(TrainingConfiguration().rows.map(\.key)).subtracting(names) == ["folds_file"])
    }
}

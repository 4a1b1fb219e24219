import MammoData
import MammoTrain
import TestSupport
import Testing

@Suite("Configuration file")
struct ConfigurationFileTests {
    private func read(_ text: String) throws(DataError) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try ConfigurationFile(Array(text.utf8), path: "c.yaml").apply(to: &configuration)
        return configuration
    }

    @Test("All keys, sorted, one a line; texts that look like something else in quotes; back to the same bits")
    func roundTrip() throws {
        var configuration = TrainingConfigurationTests.named
        for text in [
            "png", "yes", "null", "~", "1e5", "5", "a: b", "#x", "ünï", "two\nlines", "  blank ", "it's", "\"q\"", "-",
            "[1]",
            "2024-01-02", "2024-01-02 3:04:05.5 Z", "0x1f", "12:30", "1_000.5e+3", ".inf", "=", "Off", "x\u{85}y",
            String(repeating: "long name ", count: 40),
        ] {
            (configuration.images, configuration.foldsFile) = (text, text)
            (configuration.lr, configuration.eps, configuration.seed) = (1.0 / 3 * 1e-4, 1e-8, .max)
            let yaml = String(decoding: configuration.yaml, as: UTF8.self)
            #expect(try read(yaml) == configuration, "\(yaml)")
        }
        let lines = String(decoding: TrainingConfigurationTests.named.yaml, as: UTF8.self).split(separator: "\n")
        #expect(lines == lines.sorted() && lines.count == 67)
        for line in [
            "lr: 5.0e-05", "clip_norm: null", "unfreeze: none", "amp: none", "images: png", "kernels: auto", "seed: 1",
            "tf32: false", "tune_products: false",
        ] {
            #expect(lines.contains { $0 == line }, "\(line) is not in \(lines)")
        }
    }

    @Test("A file of some keys, with comments; one of none")
    func partial() throws {
        let configuration = try read(
            "# mine\nlr: 1e-4  # high\nema:\nselect: 'auc'\nunfreeze: 3:120,6:0\nfolds_file: ~\n")
        #expect(configuration.lr == 1e-4 && configuration.select == .areaOfImages)
        #expect(configuration.unfreeze.phases.count == 2 && configuration.foldsFile == nil)
        #expect(try read("lr: &rate 1e-4\nmin_lr: *rate\n").minLr == 1e-4)
        #expect(try read("---\nimages: \"~\"\n...\n").images == "~")
        #expect(try read("select: pf1-breast\n").select == .bestF1OfBreasts)
        #expect(try read("select: pf1-image\n").select == .bestF1OfImages)
        #expect(try read("") == TrainingConfiguration())
        #expect(try read("# nothing\n") == TrainingConfiguration())
        #expect(try ConfigurationFile(Array("lr: 1\nseed: 2\n".utf8), path: "c").keys == ["lr", "seed"])
    }

    @Test(
        "What cannot be is named with its line",
        arguments: [
            ("epochs: 3\nlearning_rate: 1\n", "c.yaml:2: 'learning_rate' is not a key; the keys are accumulate, after"),
            ("bath_size: 3", "c.yaml:1: 'bath_size' is not a key; did you mean batch_size?"),
            ("batch-size: 3", "c.yaml:1: 'batch-size' is not a key; did you mean batch_size?"),
            ("\nlr: fast", "c.yaml:2: lr is fast, expected a number"),
            ("lr: 20", "c.yaml:1: lr is 20.0, expected 1e-12 to 10"),
            ("lr: null", "c.yaml:1: lr is null, expected a number"),
            ("ema: x", "c.yaml:1: ema is x, expected a number, or null"),
            ("epochs: 1.5", "c.yaml:1: epochs is 1.5, expected a whole number"),
            ("amp: maybe", "c.yaml:1: amp is maybe, expected none, fp16, bf16"),
            ("device: gpu", "c.yaml:1: device is gpu, expected cpu, cuda, cuda:N, cuda:N,M,... or auto"),
            ("cache: disk", "c.yaml:1: cache is disk, expected ram, none"),
            ("unfreeze: 1:2", "c.yaml:1: unfreeze is 1:2, expected EPOCH:COUNT"),
            ("images: [a, b]", "c.yaml:1: images is a list or mapping, expected one value"),
            ("lr: 1\nlr: 2", "c.yaml:2: lr is already on line 1; remove one"),
            ("- lr", "c.yaml:1: expected lines of key: value"),
            ("just words", "c.yaml:1: expected lines of key: value"),
            ("lr: [1", "c.yaml:2: not YAML: "), ("a: b: c", "c.yaml:1: not YAML: "),
            ("lr: 1\n---\nlr: 2", "c.yaml:2: a second document; expected one"), ("? [a]\n: 1", "c.yaml:1: 'a list"),
            ("lr: 1\nseed: *none", "c.yaml:2: seed is a list or mapping"), ("a: \u{1}", "c.yaml:1: not YAML: control"),
        ])
    func refusals(_ text: String, _ message: String) {
        do throws(DataError) {
            _ = try read(text)
            Issue.record("\(text) passes")
        } catch {
            #expect(error.description.hasPrefix(message), "\(error)")
        }
    }
}

import Foundation
import MammoCompute
import MammoTrain
import Testing

@Suite("Training configuration")
struct TrainingConfigurationTests {
    static let named: TrainingConfiguration = {
        var configuration = TrainingConfiguration()
        (configuration.images, configuration.csv, configuration.weights) = ("png", "train.csv", "none")
        return configuration
    }()

    @Test("The defaults are good, once images, table and weights are named")
    func defaults() throws {
        try Self.named.validate()
        #expect(throws: ConfigurationError(key: "images", value: "", expected: "a folder of PNGs")) {
            try TrainingConfiguration().validate()
        }
    }

    /// A change and what is said of it.
    struct Refusal: Sendable {
        var message: String
        var change: @Sendable (inout TrainingConfiguration) -> Void

        init(_ message: String, _ change: @escaping @Sendable (inout TrainingConfiguration) -> Void) {
            (self.message, self.change) = (message, change)
        }
    }

    static let refusals: [Refusal] = [
        Refusal("lr is 11.0, expected 1e-12 to 10") { $0.lr = 11 },
        Refusal("lr is nan, expected 1e-12 to 10") { $0.lr = .nan },
        Refusal("batch_size is 0, expected 1 to 1024") { $0.batchSize = 0 },
        Refusal("min_positives is 27, expected at most the batch_size of 26") { $0.minPositives = 27 },
        Refusal("fold is 4, expected 0 to 3 of 4 folds") { $0.fold = 4 },
        Refusal("arch is huge, expected tiny, small, base, large, nano") { $0.arch = "huge" },
        Refusal("freeze is 182, expected 0 to 181: tiny has 182") { $0.freeze = 182 },
        Refusal("unfreeze is 3:120, expected fewer than the 60") {
            $0.freeze = 60
            $0.unfreeze = UnfreezePlan("3:120") ?? UnfreezePlan()
        },
        Refusal("unfreeze is 18:0, expected epochs from 1 to 17") {
            $0.freeze = 60
            $0.unfreeze = UnfreezePlan("18:0") ?? UnfreezePlan()
        },
        Refusal("t0 is 5, expected schedule restarts with it, not cosine") { $0.t0 = 5 },
        Refusal("ema is 1.0, expected") { $0.ema = 1 },
        Refusal("amp is fp16, expected none") { $0.amp = .fp16 },
        Refusal("tf32 is true, expected false: TF32 is for --device cuda") { $0.tf32 = true },
        Refusal("tune_products is true, expected false: products are timed on") { $0.tuneProducts = true },
        Refusal("weights is not given, expected a weights file, or none") { $0.weights = "" },
    ]

    @Test("What cannot be is named", arguments: refusals)
    func refusal(_ refusal: Refusal) {
        var configuration = Self.named
        refusal.change(&configuration)
        do throws(ConfigurationError) {
            try configuration.validate()
            Issue.record("passes: \(refusal.message)")
        } catch {
            #expect(error.description.hasPrefix(refusal.message), "\(error)")
        }
    }

    @Test("Unfreezing plans")
    func unfreezing() {
        let plan = UnfreezePlan("3:120@1e-5,6:0")
        #expect(plan?.phases.map(\.frozen) == [120, 0] && plan?.phases.map(\.lr) == [1e-5, nil])
        #expect(plan?.description == "3:120@1e-05,6:0" && UnfreezePlan("none")?.phases.isEmpty == true)
        for bad in ["3", "3:", "1:5", "3:5,3:4", "3:5,4:5", "3:5@0", "3:5@x", "3:5@1@2", "3:5,", "a:b"] {
            #expect(UnfreezePlan(bad) == nil, "\(bad)")
        }
        var configuration = Self.named
        (configuration.freeze, configuration.lr) = (170, 1e-3)
        configuration.unfreeze = plan ?? UnfreezePlan()
        #expect((1...7).map { configuration.frozen(inEpoch: $0) } == [170, 170, 120, 120, 120, 0, 0])
        #expect((1...7).map { configuration.rateFactor(inEpoch: $0) } == [1, 1, 0.01, 0.01, 0.01, 0.01, 0.01])
    }

    @Test("Epochs whose weights are kept")
    func keptEpochs() {
        for (text, kept) in [
            ("best", []), ("last", [7]), ("best,last=2", [6, 7]), ("every=3", [3, 6]), ("last,every=3", [3, 6, 7]),
        ] {
            let keep = KeptEpochs(text)
            #expect((1...7).filter { keep?.keeps($0, of: 7) == true } == kept, "\(text)")
            #expect(KeptEpochs(keep?.description ?? "") == keep)
        }
        for bad in ["", "last=0", "every", "every=0", "last,last=2", "best=2", "first", "last=2=3", "best,"] {
            #expect(KeptEpochs(bad) == nil, "\(bad)")
        }
    }

    @Test("A run that is taken up may differ in what changes no number alone")
    func differences() {
        var other = Self.named
        (other.threads, other.workers, other.cache, other.recompute) = (3, 2, .ram, true)
        other.checkpointMinutes = 1
        #expect(other.differences(from: Self.named).isEmpty)
        (other.lr, other.clipNorm) = (1e-4, 1)
        #expect(
            other.differences(from: Self.named) == [
                "lr: found 5.0e-05, asked for 0.0001", "clip_norm: found null, asked for 1.0",
            ])
    }

    @Test("JSON has the keys of config.yaml and comes back")
    func json() throws {
        var configuration = Self.named
        (configuration.ema, configuration.seed, configuration.select) = (0.999, .max, .areaOfBreasts)
        configuration.unfreeze = UnfreezePlan("2:3@0.1") ?? UnfreezePlan()
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
        func decoded(_ text: String) throws -> TrainingConfiguration {
            try JSONDecoder().decode(TrainingConfiguration.self, from: Data(text.utf8))
        }
        #expect(try decoded("{}") == TrainingConfiguration())
        #expect(try decoded(#"{"select":"pf1-image"}"#).select == .bestF1OfImages)
        #expect(throws: DecodingError.self) { try decoded(#"{"select":"pf1"}"#) }
    }

    @Test("The best epoch by each figure; of equals the earlier")
    func selection() {
        let (worse, better) = (InventedRun.epoch(1, validationLoss: 0.4), InventedRun.epoch(2, pf1: 0.4, area: 0.9))
        for kind in TrainingConfiguration.SelectionKind.allCases where kind != .loss {
            #expect(kind.prefers(better, to: worse) && !kind.prefers(worse, to: better), "\(kind)")
            #expect(kind.prefers(worse, to: nil) && !kind.prefers(worse, to: worse))
        }
        let loss = TrainingConfiguration.SelectionKind.loss
        #expect(loss.prefers(worse, to: better) && !loss.prefers(better, to: worse))
        let undefined = InventedRun.epoch(3, area: nil)
        let area = TrainingConfiguration.SelectionKind.areaOfImages
        #expect(!area.prefers(undefined, to: worse) && area.prefers(worse, to: undefined))
    }
}

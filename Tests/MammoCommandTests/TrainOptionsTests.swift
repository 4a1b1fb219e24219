import ArgumentParser
import MammoData
import MammoTrain
import TestSupport
import Testing
import mammo

@Suite("Options of mammo train")
struct TrainOptionsTests {
    private static let least = ["--images", "png", "--csv", "t.csv", "--weights", "none", "--out", "run"]

    @Test("Without more than it needs all else is the default")
    func defaults() throws {
        let plan = try TrainOptions.parse(Self.least).request()
        var expected = TrainingConfiguration()
        (expected.images, expected.csv, expected.weights) = ("png", "t.csv", "none")
        #expect(plan.configuration == expected && plan.folder == "run" && plan.opening == .new && !plan.isDry)
        #expect(try TrainOptions.parse(Array(Self.least.dropLast(2)) + ["--dry-run"]).request().isDry)
        #expect(try TrainOptions.parse(Self.least + ["--force"]).request().opening == .forced)
    }

    @Test("Every option sets its key, and every key has an option")
    func all() throws {
        let values = [
            "images": "a", "csv": "b", "folds_file": "c", "fold": "3", "sampler": "shuffled", "upsample": "12.5",
            "upsample_by": "dataset=vindr:0.5,cmmd:2.0",
            "min_positives": "2", "batch_size": "8", "epochs": "9", "augment": "hflip", "arch": "small", "weights": "w",
            "drop_path": "0.2", "dropout": "0.3", "pool": "gem", "freeze": "70", "unfreeze": "3:20@0.001,5:0",
            "pos_weight": "15.0",
            "soft_positive": "0.9", "lr": "0.0003", "weight_decay": "0.05", "beta1": "0.8", "beta2": "0.99",
            "eps": "1.0e-07", "schedule": "restarts", "min_lr": "1.0e-06", "warmup_steps": "10", "t0": "500",
            "t_mult": "2", "layer_decay": "0.75", "accumulate": "4", "clip_norm": "1.0", "ema": "0.999",
            "select": "auc",
            "keep": "best,last=2,every=4",
            "stop_if_below": "0.05",
            "after": "3", "patience": "4", "checkpoint_minutes": "5.0", "cache": "ram", "seed": "7", "threads": "3",
            "workers": "2", "kernels": "avx2", "device": "cuda:1", "amp": "fp16", "processes": "1",
            "mlflow": "http://localhost:5000", "experiment": "e", "price": "2.5",
        ]
        let flags = ["leave_out_missing", "recompute", "freeze_norm"]
        let arguments = values.flatMap { ["--\($0.replacing("_", with: "-"))", $1] } + flags.map { option($0) }
        let configuration = try TrainOptions.parse(arguments + ["--no-decay-norm-bias", "--out", "run"]).request()
            .configuration
        let defaults = Dictionary(uniqueKeysWithValues: TrainingConfiguration().rows.map { ($0.key, $0.value) })
        var expected = values
        for key in flags + ["no_decay_norm_bias"] { expected[key] = "true" }
        (expected["folds"], expected["shuffle_seed"]) = ("4", "null")
        for key in [
            "positive_fraction", "loss", "label_smoothing", "focal_gamma", "focal_alpha", "optimizer", "momentum",
        ] {
            expected[key] = defaults[key]
        }
        for key in ["nesterov", "tf32", "tune_products"] { expected[key] = "false" }
        let found = Dictionary(uniqueKeysWithValues: configuration.rows.map { ($0.key, $0.value) })
        #expect(found == expected)
        // Keys that have no part beside those above.
        let others = [
            "loss": "focal", "focal_gamma": "1.5", "focal_alpha": "0.4", "label_smoothing": "0.1",
            "optimizer": "sgd", "momentum": "0.8", "positive_fraction": "1/7",
        ]
        let descent = try TrainOptions.parse(
            Self.least + others.flatMap { ["--\($0.replacing("_", with: "-"))", $1] } + ["--nesterov"]
        ).request().configuration
        let rows = Dictionary(uniqueKeysWithValues: descent.rows.map { ($0.key, $0.value) })
        for (key, value) in others { #expect(rows[key] == value, "\(key)") }
        #expect(rows["nesterov"] == "true" && rows["weight_decay"] == "null")
        let card = try TrainOptions.parse(Self.least + ["--device", "cuda", "--tf32", "--tune-products"])
            .request().configuration
        #expect(card.tf32 && card.tuneProducts)
        let plain = try TrainOptions.parse(Self.least + ["--loss", "focal", "--focal-alpha", "0"]).request()
        #expect(plain.configuration.focalAlpha == nil)
        let made = try TrainOptions.parse(Self.least + ["--folds", "5", "--shuffle-seed", "3"]).request().configuration
        #expect(made.folds == 5 && made.shuffleSeed == 3)
    }

    private func option(_ key: String) -> String { "--\(key.replacing("_", with: "-"))" }

    @Test("Options win over a file, and that over the defaults; 0 takes a limit away; --folds a file of folds")
    func file() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "images: png\ncsv: t.csv\nweights: none\nlr: 1e-4\nclip_norm: 1\nfolds_file: f.csv\nepochs: 3\n",
            to: "c.yaml")
        let plain = try TrainOptions.parse(["--config", file, "--out", "run"]).request().configuration
        #expect(plain.lr == 1e-4 && plain.clipNorm == 1 && plain.foldsFile == "f.csv" && plain.batchSize == 26)
        let other = try TrainOptions.parse(
            ["--config", file, "--out", "run", "--lr", "2e-4", "--clip-norm", "0", "--folds", "5"]
        ).request().configuration
        #expect(other.lr == 2e-4 && other.clipNorm == nil && other.foldsFile == nil && other.folds == 5)
        #expect(other.epochs == 3)
        // So do the two ways to say how often images with cancer are drawn.
        let weighted = try folder.write("upsample: 5\n", to: "w.yaml")
        let share = try TrainOptions.parse(Self.least + ["--config", weighted, "--positive-fraction", "1/7"]).request()
        #expect(share.configuration.upsample == 10 && share.configuration.positiveFraction?.description == "1/7")
        let shared = try folder.write("positive_fraction: 1/7\n", to: "s.yaml")
        let weight = try TrainOptions.parse(Self.least + ["--config", shared, "--upsample", "5"]).request()
        #expect(weight.configuration.upsample == 5 && weight.configuration.positiveFraction == nil)
        let both = try folder.write("positive_fraction: 1/7\nupsample: 5\n", to: "b.yaml")
        refuses(Self.least + ["--config", both], "--positive-fraction is 1/7, expected no upsample (5.0) beside it")
    }

    @Test("A run goes on as it was begun, on other threads if need be")
    func resume() throws {
        let folder = try TemporaryFolder()
        let begun = try TrainOptions.parse(Self.least).request().configuration
        try RunFolder(folder.path, .new).write(begun)
        let plan = try TrainOptions.parse(["--resume", folder.path, "--threads", "2"]).request()
        #expect(plan.configuration.threads == 2 && plan.opening == .resumed && plan.folder == folder.path)
        let moved = try TrainOptions.parse(["--resume", folder.path, "--images", "elsewhere"]).request()
        #expect(moved.configuration.images == "elsewhere")
        refuses(
            ["--resume", folder.path, "--lr", "1"],
            "was started with other settings (lr: found 5.0e-05, asked for 1.0); resume it with those, "
                + "or start a new run with --out")
        let longer = try TrainOptions.parse(["--resume", folder.path, "--epochs", "24"]).request()
        #expect(longer.configuration.epochs == 24 && longer.opening == .resumed)
        refuses(["--resume", folder.path, "--epochs", "16"], "epochs: found 17, asked for 16")
        let missing = try TrainOptions.parse(["--resume", "/nowhere"])
        #expect(throws: DataError.self) { _ = try missing.request() }
    }

    @Test("As many processes as are started; a run goes on in others where they can share its batches")
    func processes() throws {
        let folder = try TemporaryFolder()
        let two = try TrainOptions.parse(Self.least + ["--batch-size", "6"]).request(started: 2).configuration
        #expect(two.processes == 2 && two.batchSize == 6)
        try RunFolder(folder.path, .new).write(two)
        let resume = try TrainOptions.parse(["--resume", folder.path])
        for (count, size) in [(1, 12), (2, 6), (3, 4), (12, 1)] {
            let taken = try resume.request(started: count).configuration
            #expect((taken.processes ?? 1) == count && taken.batchSize == size)
        }
        #expect(throws: ValidationError.self) { _ = try resume.request(started: 5) }
        refuses(["--resume", folder.path, "--batch-size", "6"], "batch_size: found 12, asked for 6")
        refuses(
            Self.least + ["--processes", "4"],
            "--processes is 4, but there is 1: start mpirun -n 4 mammo train, or give --processes 1")
        let dry = try TrainOptions.parse(Self.least + ["--processes", "4", "--dry-run"]).request()
        #expect(dry.configuration.processes == 4)
    }

    @Test(
        "Wrong arguments",
        arguments: [
            ([], "give --out FOLDER for a new run"),
            (["--resume", "a", "--out", "b"], "--resume contradicts --out, --config and --force"),
            (["--out", "run"], "--images is not given, expected a folder of PNGs"),
            (least + ["--lr", "20"], "--lr is 20.0, expected 1e-12 to 10"),
            (least + ["--batch-size", "0"], "--batch-size is 0, expected 1 to 1024"),
            (least + ["--amp", "bf16"], "--amp is bf16, expected none: mixed precision is for --device cuda"),
            (least + ["--tf32"], "--tf32 is true, expected false: TF32 is for --device cuda"),
            (
                least + ["--tune-products"],
                "--tune-products is true, expected false: products are timed on --device cuda"
            ),
            (
                least + ["--tf32", "--device", "cuda", "--amp", "fp16"],
                "--tf32 is true, expected false: with --amp fp16 all products are of 16 bits"
            ),
            (least + ["--device", "cuda:0,1"], "--device is cuda:0,1, expected one card a process"),
            (least + ["--device", "gpu"], "'gpu' is invalid for '--device <device>'"),
            (least + ["--unfreeze", "3:1"], "--unfreeze is 3:1, expected fewer than the 0 of freeze"),
            (least + ["--unfreeze", "x"], "'x' is invalid for '--unfreeze <plan>'"),
            (least + ["--upsample", "5", "--positive-fraction", "1/7"], "--upsample contradicts --positive-fraction"),
            (least + ["--positive-fraction", "7/1"], "'7/1' is invalid for '--positive-fraction <share>'"),
            (
                least + ["--sampler", "shuffled", "--positive-fraction", "0.1"],
                "--positive-fraction is 0.1, expected sampler"
            ),
            (least + ["--loss", "focal", "--pos-weight", "3"], "--pos-weight is 3.0, expected loss bce with it"),
            (least + ["--focal-gamma", "3"], "--focal-gamma is 3.0, expected loss focal with it, not bce"),
            (
                least + ["--soft-positive", "0.9", "--label-smoothing", "0.1"],
                "--label-smoothing is 0.1, expected 0 beside"
            ),
            (least + ["--momentum", "0.5"], "--momentum is 0.5, expected optimizer sgd with it, not adamw"),
            (least + ["--optimizer", "sgd", "--eps", "1e-6"], "--eps is 1.0e-06, expected optimizer adamw with it"),
            (
                least + ["--optimizer", "sgd", "--momentum", "0", "--nesterov"],
                "--nesterov is true, expected a momentum"
            ),
            (least + ["--keep", "every"], "'every' is invalid for '--keep <epochs>'"),
            (least + ["--folds", "4", "--folds-file", "f"], "--folds contradicts --folds-file"),
            (least + ["--select", "f1"], "'f1' is invalid for '--select <select>'"),
            (least + ["--mlflow", "host:5000"], "'host:5000' is invalid for '--mlflow <uri>'"),
            (
                least + ["--mlflow", "http://me:secret@host"],
                "--mlflow is http://host, expected no user or password in it: set MLFLOW_TRACKING_USERNAME"
            ),
            (least + ["--price", "2e6"], "--price is 2000000.0, expected 0 to 1000000"),
        ])
    func refusals(_ arguments: [String], _ says: String) { refuses(arguments, says) }

    private func refuses(_ arguments: [String], _ says: String) {
        do {
            _ = try TrainOptions.parse(arguments)
            Issue.record("\(arguments) passes")
        } catch {
            let message = TrainOptions.message(for: error)
            #expect(message.contains(says), "\(message)")
            #expect(TrainOptions.exitCode(for: error).rawValue == 64)
        }
    }

    @Test("The help names every group and leads with examples; defaults are those of the configuration")
    func help() {
        let text = TrainOptions.helpMessage(columns: 100)
        for title in ["DATA", "NETWORK", "LOSS AND OPTIMIZER", "BEST EPOCH AND EARLY STOPPING", "MACHINE"] {
            #expect(text.contains(title), "\(title)")
        }
        #expect(
            text.contains("(default: 26)") && text.contains("(default: 5.0e-05)") && text.contains("--no-recompute"))
        #expect(TrainHelp.discussion.hasPrefix("EXAMPLES\n  mammo train --"))
    }
}

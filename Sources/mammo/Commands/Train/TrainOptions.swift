import ArgumentParser
import MammoTrain

/// Every parameter of a run: flags over the file of `--config` over the defaults.
struct TrainOptions: ParsableArguments {
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Sampling and augmentation") var sampling: SamplingOptions
    @OptionGroup(title: "Network and optimizer") var network: NetworkOptions
    @OptionGroup(title: "Which epoch is kept, and the run") var course: CourseOptions

    @Option(
        help: ArgumentHelp(
            "A YAML file of parameters, as config.yaml of a run; options come before it.", valueName: "file"))
    var config: String?

    /// What was given, by the configuration's keys.
    private var given: [(key: String, text: String?)] {
        data.given + sampling.given + network.given + course.given
    }

    /// Puts the file's and the options' values in place of a configuration's.
    ///
    /// - Parameter configuration: The defaults, or those of the run that goes on.
    func apply(to configuration: inout TrainingConfiguration) throws {
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        for (key, text) in given {
            guard let text else { continue }
            do {
                try configuration.set(key, to: text)
            } catch {
                let option = "--" + key.map { $0 == "_" ? "-" : String($0) }.joined()
                throw ValidationError("\(option) \(error.reason).")
            }
        }
    }
}

/// Images, labels, folds.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Preprocessed images, {patient}_{image}.png.", valueName: "folder"))
    var images: String?
    @Option(help: ArgumentHelp("The table with the labels: train.csv.", valueName: "file"))
    var csv: String?
    @Option(help: ArgumentHelp("Folds (patient_id, fold), as mammo split writes them.", valueName: "file"))
    var foldsFile: String?
    @Option(help: ArgumentHelp("Make so many folds where there is no file (default: 4).", valueName: "n"))
    var folds: String?
    @Option(help: ArgumentHelp("Shuffle before making folds, as random_state of scikit-learn.", valueName: "n"))
    var shuffleSeed: String?
    @Option(help: ArgumentHelp("The fold to validate on, from 0 (default: 0).", valueName: "k"))
    var fold: String?
    @Flag(help: "Leave out images that are missing, instead of refusing to begin.")
    var skipMissing = false
    @Option(help: ArgumentHelp("Keep decoded images in memory: ram or none (default: none).", valueName: "where"))
    var cache: String?
    @Option(help: ArgumentHelp("Threads that decode and augment (default: all cores).", valueName: "n"))
    var workers: String?

    fileprivate var given: [(key: String, text: String?)] {
        [
            ("images", images), ("csv", csv), ("folds_file", foldsFile), ("folds", folds),
            ("shuffle_seed", shuffleSeed), ("fold", fold), ("leave_out_missing", skipMissing ? "true" : nil),
            ("cache", cache), ("workers", workers),
        ]
    }
}

/// Which images an epoch takes, and what they go through.
struct SamplingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("weighted, shuffled or sequential (default: weighted).", valueName: "how"))
    var sampler: String?
    @Option(help: ArgumentHelp("Draw positives so many times as often (default: 10).", valueName: "factor"))
    var upsample: String?
    @Option(help: ArgumentHelp("Positives that each batch has at least (default: 1).", valueName: "n"))
    var minPositives: String?
    @Option(help: ArgumentHelp("Images in a batch (default: 26).", valueName: "n"))
    var batchSize: String?
    @Option(help: ArgumentHelp("Batches whose gradients make one step (default: 1).", valueName: "n"))
    var accumulate: String?
    @Option(help: ArgumentHelp("How often all images are gone through (default: 17).", valueName: "n"))
    var epochs: String?
    @Option(
        help: ArgumentHelp(
            "Augmentations, as hflip,rotate=15,mixup=0.2 (default: none); mammo grid --augmented shows them.",
            valueName: "list"))
    var augment: String?
    @Option(help: ArgumentHelp("Where chance begins (default: 1).", valueName: "n"))
    var seed: String?

    fileprivate var given: [(key: String, text: String?)] {
        [
            ("sampler", sampler), ("upsample", upsample), ("min_positives", minPositives), ("batch_size", batchSize),
            ("accumulate", accumulate), ("epochs", epochs), ("augment", augment), ("seed", seed),
        ]
    }
}

/// What is trained, and how.
struct NetworkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("tiny, small, base, large or micro (default: tiny).", valueName: "name"))
    var arch: String?
    @Option(
        help: ArgumentHelp("Weights to begin with, .pth or .safetensors, or none for random ones.", valueName: "file"))
    var weights: String?
    @Option(
        help: ArgumentHelp("How often the last block is skipped, those before less (default: 0.1).", valueName: "p"))
    var dropPath: String?
    @Option(help: ArgumentHelp("Freeze so many parameters, from the first (default: 0).", valueName: "n"))
    var freeze: String?
    @Option(help: ArgumentHelp("Fewer from an epoch on, with a rate of their own: 3:120,6:0@1e-5.", valueName: "plan"))
    var unfreeze: String?
    @Option(help: ArgumentHelp("What a positive counts in the loss (default: 20).", valueName: "weight"))
    var posWeight: String?
    @Option(help: ArgumentHelp("What a label of 1 becomes (default: 1).", valueName: "label"))
    var softPositive: String?
    @Option(help: ArgumentHelp("AdamW's learning rate (default: 5e-5).", valueName: "rate"))
    var lr: String?
    @Option(help: ArgumentHelp("AdamW's weight decay (default: 0.01).", valueName: "share"))
    var weightDecay: String?
    @Flag(help: "Biases, norms and layer scales do not decay.")
    var noDecayNormBias = false
    @Option(help: ArgumentHelp("cosine, restarts or constant, stepped per batch (default: cosine).", valueName: "name"))
    var schedule: String?
    @Option(help: ArgumentHelp("The lowest learning rate (default: 0).", valueName: "rate"))
    var minLr: String?
    @Option(help: ArgumentHelp("Steps in which the rate grows to the whole (default: 0).", valueName: "n"))
    var warmupSteps: String?
    @Option(
        name: .customLong("t0"), help: ArgumentHelp("Steps to the first restart (default: an epoch's).", valueName: "n")
    )
    var firstRestart: String?
    @Option(help: ArgumentHelp("Each stretch between restarts is so many times the last (default: 1).", valueName: "n"))
    var tMult: String?
    @Option(help: ArgumentHelp("Shorten gradients to this norm.", valueName: "norm"))
    var clipNorm: String?
    @Option(help: ArgumentHelp("Keep an average of the weights with this decay.", valueName: "decay"))
    var ema: String?
    @Flag(help: "Compute activations again instead of keeping them: less memory, more time, the same numbers.")
    var recompute = false

    fileprivate var given: [(key: String, text: String?)] {
        [
            ("arch", arch), ("weights", weights), ("drop_path", dropPath), ("freeze", freeze), ("unfreeze", unfreeze),
            ("pos_weight", posWeight), ("soft_positive", softPositive), ("lr", lr), ("weight_decay", weightDecay),
            ("no_decay_norm_bias", noDecayNormBias ? "true" : nil), ("schedule", schedule), ("min_lr", minLr),
            ("warmup_steps", warmupSteps), ("t0", firstRestart), ("t_mult", tMult), ("clip_norm", clipNorm),
            ("ema", ema), ("recompute", recompute ? "true" : nil),
        ]
    }
}

/// Which epoch is kept, when a run ends, and on what it runs.
struct CourseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "pf1-breast, pf1-image, auc, auc-breast, average-precision or loss (default: pf1-breast).",
            valueName: "figure"))
    var select: String?
    @Option(help: ArgumentHelp("End a dud: pF1 of breasts below this after --after epochs.", valueName: "pF1"))
    var stopIfBelow: String?
    @Option(help: ArgumentHelp("See --stop-if-below (default: 2).", valueName: "epochs"))
    var after: String?
    @Option(help: ArgumentHelp("End after so many epochs that were no better.", valueName: "epochs"))
    var patience: String?
    @Option(help: ArgumentHelp("Minutes between checkpoints, beside each epoch's (default: 10).", valueName: "minutes"))
    var checkpointMinutes: String?
    @Option(help: ArgumentHelp("Threads that compute (default: all cores).", valueName: "n"))
    var threads: String?
    @Option(help: ArgumentHelp("cpu or cuda (default: cpu).", valueName: "name"))
    var device: String?
    @Flag(inversion: .prefixedNo, help: "Mixed precision, on a CUDA device.")
    var amp: Bool?

    fileprivate var given: [(key: String, text: String?)] {
        [
            ("select", select), ("stop_if_below", stopIfBelow), ("after", after), ("patience", patience),
            ("checkpoint_minutes", checkpointMinutes), ("threads", threads), ("device", device),
            ("amp", amp.map { "\($0)" }),
        ]
    }
}

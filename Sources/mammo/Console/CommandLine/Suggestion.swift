import ArgumentParser
import MammoData

/// The name that was probably meant by one that does not exist.
package enum Suggestion {
    /// What a message ends with.
    static func text(_ name: String?) -> String { name.map { "; did you mean \($0)?" } ?? "" }

    /// The command that was meant.
    static func command(for name: String) -> String? {
        let names = Mammo.configuration.subcommands.map { $0._commandName }
        return commands[name.lowercased()] ?? nearest(to: name, in: names)
    }

    /// The option that was meant.
    ///
    /// - Parameters:
    ///   - name: As it was typed, with its hyphens.
    ///   - options: The command's options, with theirs.
    /// - Returns: Its name with its hyphens; nil where none is near.
    static func option(for name: String, in options: [String]) -> String? {
        let word = String(bare(name).lowercased().map { $0 == "_" ? "-" : $0 })
        let known = options.filter { $0.hasPrefix("--") }.map(bare)
        let synonym = synonyms.first { $0.words.contains(word) && known.contains($0.option) }?.option
        return (synonym ?? nearest(to: word, in: known)).map { "--\($0)" }
    }

    private static func bare(_ name: String) -> String { String(name.drop { $0 == "-" }) }

    /// The name a few letters off, or the only one that begins so.
    private static func nearest(to word: String, in names: [String]) -> String? {
        let longer = names.filter { $0.hasPrefix(word) }
        if longer.count == 1, word.count > 1 { return longer[0] }
        return NearestName.of(word, in: names)
    }

    /// What commands are called elsewhere.
    package static let commands = [
        "predict": "infer", "inference": "infer", "eval": "score", "evaluate": "score", "fit": "train",
        "finetune": "train", "fine-tune": "train", "convert": "weights", "info": "inspect", "dump": "inspect",
        "show": "grid", "view": "grid", "zip": "pack", "archive": "pack", "folds": "split", "env": "doctor",
        "check": "doctor", "import": "table", "labels": "table", "columns": "table",
        "mlflow": "track", "log": "track", "sync": "track", "upload": "track",
    ]

    /// What options are called in timm, torchvision, PyTorch Lightning and Hugging Face's scripts. Where several options
    /// have the same synonym, the first that the command has is meant.
    package static let synonyms: [(option: String, words: Set<String>)] = [
        ("lr", ["learning-rate", "learningrate", "base-lr", "lr-base", "blr"]),
        ("batch-size", ["batchsize", "bs", "b", "batch", "train-batch-size", "per-device-train-batch-size"]),
        ("weight-decay", ["wd", "l2", "decay"]),
        ("epochs", ["e", "num-epochs", "n-epochs", "max-epochs", "num-train-epochs", "nepochs"]),
        ("out", ["o", "output", "output-dir", "outdir", "out-dir", "save-dir", "save-path", "logdir", "run-dir"]),
        ("arch", ["a", "model", "model-name", "backbone", "network", "architecture"]),
        (
            "images",
            ["data", "data-dir", "data-path", "dataset", "image-dir", "images-dir", "img-dir", "root", "input"]
        ),
        ("png-dir", ["images", "data", "data-dir", "data-path", "image-dir", "png", "input"]),
        ("dicom-dir", ["dcm-dir", "dicom", "dicoms", "images", "data", "data-dir", "input"]),
        ("csv", ["table", "metadata", "df", "annotations", "labels", "train-csv", "test-csv", "labels-csv"]),
        ("labels", ["truth", "targets", "ground-truth", "csv"]),
        ("predictions", ["preds", "pred", "submission"]),
        ("weights", ["checkpoint", "ckpt", "pretrained", "initial-checkpoint", "load", "model-path", "model"]),
        ("resume", ["resume-from", "resume-from-checkpoint", "continue"]),
        ("workers", ["j", "num-workers", "nworkers", "dataloader-num-workers", "jobs"]),
        ("jobs", ["j", "num-workers", "nworkers", "n-jobs", "workers", "processes", "threads"]),
        ("device", ["gpu", "gpus", "cuda", "accelerator", "devices"]),
        ("amp", ["fp16", "bf16", "half", "precision", "mixed-precision", "amp-dtype"]),
        ("tf32", ["allow-tf32", "use-tf32", "enable-tf32", "matmul-precision", "float32-matmul-precision"]),
        ("tune-products", ["autotune", "auto-tune", "benchmark", "cudnn-benchmark", "max-autotune", "tune"]),
        ("kernels", ["instruction-set", "isa", "simd"]),
        ("seed", ["random-state", "random-seed", "manual-seed", "rng-seed"]),
        ("shuffle-seed", ["random-state", "seed", "shuffle"]),
        ("schedule", ["sched", "scheduler", "lr-scheduler", "lr-scheduler-type"]),
        ("warmup-steps", ["warmup", "warmup-epochs", "lr-warmup-epochs", "num-warmup-steps"]),
        ("min-lr", ["lr-min", "eta-min", "minimum-lr"]),
        ("t-mult", ["tmult", "lr-cycle-mul"]),
        ("accumulate", ["grad-accum-steps", "gradient-accumulation-steps", "accumulate-grad-batches", "accum-iter"]),
        ("clip-norm", ["clip-grad", "clip-grad-norm", "max-grad-norm", "gradient-clip-val"]),
        ("ema", ["model-ema", "model-ema-decay", "ema-decay"]),
        ("drop-path", ["drop-path-rate", "stochastic-depth", "stochastic-depth-prob"]),
        ("label-smoothing", ["smoothing", "label-smooth", "ls"]),
        ("optimizer", ["opt", "optim"]), ("focal-gamma", ["gamma"]), ("focal-alpha", ["alpha"]),
        ("layer-decay", ["layerwise-lr-decay", "lr-layer-decay", "llrd", "layer-lr-decay"]),
        ("positive-fraction", ["positive-share", "pos-fraction", "positive-ratio", "positives-ratio"]),
        ("pos-weight", ["positive-weight", "class-weight"]),
        (
            "augment",
            ["aa", "auto-augment", "aug", "augmentation", "augmentations", "mixup", "mixup-alpha", "transforms"]
        ),
        ("augmented", ["augment", "aug", "augmentations"]),
        ("pool", ["global-pool", "gp", "pooling"]),
        ("freeze", ["freeze-layers", "frozen"]),
        ("select", ["eval-metric", "monitor", "metric", "metric-for-best-model"]),
        ("keep", ["checkpoint-hist", "save-total-limit", "save-top-k", "save-every", "save-freq"]),
        ("average", ["avg", "mean", "swa", "soup"]),
        ("patience", ["early-stopping", "early-stopping-patience"]),
        ("fold", ["val-fold", "fold-index"]),
        ("folds", ["n-splits", "num-folds", "k-folds", "kfold", "cv"]),
        ("parts", ["num-parts", "n-parts", "chunks", "shards"]),
        ("recompute", ["grad-checkpointing", "gradient-checkpointing", "checkpointing"]),
        ("no-decay-norm-bias", ["norm-weight-decay", "bias-weight-decay", "no-weight-decay"]),
        ("beta1", ["adam-beta1", "betas", "opt-betas"]),
        ("eps", ["opt-eps", "adam-epsilon", "epsilon"]),
        ("size", ["img-size", "image-size", "input-size", "resolution", "resize", "shape"]),
        ("fit", ["aspect", "keep-aspect", "letterbox", "padding", "pad-mode"]),
        ("flip-to", ["flip", "orient", "orientation", "align", "breast-side", "side"]),
        ("intensity", ["window", "voi-lut", "normalize"]),
        ("threshold", ["thr", "cutoff"]),
        ("recall-rate", ["call-rate", "positive-rate"]),
        ("sensitivity", ["recall", "tpr", "min-sensitivity"]),
        ("method", ["calibration", "scaling"]),
        ("worst", ["errors", "top-losses", "hardest"]),
        ("columns", ["map", "mapping", "column-map", "schema"]),
        ("positive", ["positives", "positive-label", "cancer", "malignant"]),
        ("mlflow", ["tracking-uri", "mlflow-uri", "mlflow-tracking-uri", "tracking-server", "report-to", "logger"]),
        ("experiment", ["experiment-name", "mlflow-experiment", "exp-name", "project", "project-name"]),
        ("price", ["cost", "price-per-hour", "hourly-price"]),
        ("force", ["overwrite", "f"]),
        ("quiet", ["q", "silent", "no-progress"]),
        ("dry-run", ["n", "dryrun"]),
    ]
}

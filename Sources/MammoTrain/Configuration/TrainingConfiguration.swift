import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import MammoTrack

/// Everything that a training run depends on: `config.yaml` of its folder, under these names in snake_case.
///
/// The defaults are the blog post's where it says what it used: 17 epochs of batches of 26, positives drawn ten times as
/// often, AdamW at 5e-5 with a cosine, a positive weight of 20, ConvNeXt-tiny. The images' size is that of the PNGs.
public struct TrainingConfiguration: Equatable, Sendable {
    // Data.

    /// The folder of {patient}_{image}.png, as `mammo preprocess` writes them.
    public var images = ""
    /// The table with the labels.
    public var csv = ""
    /// A table of patient_id and fold; nil makes folds on the way.
    public var foldsFile: String?
    /// How many folds to make where there is no file: 2 to 1000.
    public var folds = 4
    /// Which shuffle comes before making them, as scikit-learn's random_state; nil for none.
    public var shuffleSeed: Int?
    /// The fold to validate on, from 0.
    public var fold = 0
    /// Whether images may be missing.
    public var leaveOutMissing = false

    // Sampling.

    /// How an epoch's images are chosen.
    public var sampler = SamplerKind.weighted
    /// How many times as likely as another an image with cancer is drawn, by the weighted sampler alone.
    public var upsample = 10.0
    /// The share of an epoch's draws that have cancer, in place of `upsample`; nil for none.
    public var positiveFraction: PositiveFraction?
    /// How many times as likely as others images of a data set are drawn, by the weighted sampler alone.
    public var upsampleBy = DatasetWeights()
    /// Images with cancer that each batch, of all processes together, has at least: 0 to `batchSize`.
    public var minPositives = 1
    /// Images in a batch, of each process where there are several.
    public var batchSize = 26
    /// How often as many images are drawn as there are.
    public var epochs = 17
    /// Augmentations between commas, or "none".
    public var augment = "none"

    // Network.

    /// A name of `Network.all`.
    public var arch = "tiny"
    /// A weights file to begin with, or "none" for random ones.
    public var weights = ""
    /// How often the last block's branch is dropped; those before it less. 0 up to but without 1.
    public var dropPath = 0.1
    /// The probability of dropout before the head's product; nil for the network's own.
    public var dropout: Double?
    /// How the head makes one position of the last feature map's.
    public var pool = Pooling.mean
    /// How many of torchvision's named_parameters(), from the first on, stay as they are.
    public var freeze = 0
    /// How fewer are frozen later on.
    public var unfreeze = UnfreezePlan()
    /// Whether batch normalisations whose weights are frozen use and keep their running statistics.
    public var freezeNorm = false

    // Loss and optimizer.

    /// What is to become small.
    public var loss = LossKind.crossEntropy
    /// What a positive counts in cross-entropy, beside a negative's 1.
    public var posWeight = 20.0
    /// What a label of 1 becomes; 1 leaves it.
    public var softPositive = 1.0
    /// How far labels of both classes are moved to their middle; 0 leaves them.
    public var labelSmoothing = 0.0
    /// How much the focal loss counts less what is nearly right.
    public var focalGamma = 2.0
    /// What a positive counts in the focal loss, a negative counting 1 less it; nil for 1 each.
    public var focalAlpha: Double? = 0.25
    /// What moves the parameters.
    public var optimizer = OptimizerKind.adamW
    /// The learning rate, after the warm-up.
    public var lr = 5e-5
    /// AdamW: the share of the learning rate that a parameter loses in a step; SGD: the share of a parameter that is added to its
    /// gradient. nil for PyTorch's default: 0.01 and 0.
    public var weightDecay: Double?
    /// How much of SGD's velocity stays from step to step.
    public var momentum = 0.9
    /// Whether SGD's momentum is Nesterov's.
    public var nesterov = false
    /// AdamW's memory of gradients.
    public var beta1 = 0.9
    /// AdamW's memory of their squares.
    public var beta2 = 0.999
    /// What AdamW adds to the root of the squares.
    public var eps = 1e-8
    /// Whether biases, norms and layer scales do not decay, as in timm; PyTorch's decay as all else.
    public var noDecayNormBias = false
    /// The learning rate of a layer as a share of that of the layer after it; 1 for the same.
    public var layerDecay = 1.0
    /// How the learning rate goes from step to step.
    public var schedule = ScheduleKind.cosine
    /// The lowest learning rate of a cosine: eta_min.
    public var minLr = 0.0
    /// Steps in which the learning rate grows to the whole; the schedule begins after them.
    public var warmupSteps = 0
    /// Steps until the first restart: T_0 of CosineAnnealingWarmRestarts; nil for an epoch's.
    public var t0: Int?
    /// How many times as long each stretch between restarts is as the one before: T_mult.
    public var tMult = 1
    /// Batches whose gradients make one step.
    public var accumulate = 1
    /// Gradients longer than this are shortened to it; nil for none.
    public var clipNorm: Double?
    /// How much of the averaged weights stays at each step, above 0 and below 1; nil for no average.
    public var ema: Double?

    // Which epoch is kept, and when to end.

    /// By what the best epoch is chosen.
    public var select = SelectionKind.bestF1OfBreasts
    /// Which epochs' weights stay as files.
    public var keep = KeptEpochs()
    /// Stops a run early where the best F1 of breasts is below this after the epochs of `after`. nil for never.
    public var stopIfBelow: Double?
    /// After how many epochs `stopIfBelow` looks.
    public var after = 2
    /// Ends the run after so many epochs that were no better than the best; nil for never.
    public var patience: Int?

    // The machine, and the run.

    /// Minutes between checkpoints, beside that at each epoch's end.
    public var checkpointMinutes = 10.0
    /// Whether activations are given back and computed again: less memory, more time, the same numbers.
    public var recompute = false
    /// Where decoded images are kept.
    public var cache = CacheKind.none
    /// Which random numbers.
    public var seed = 1
    /// Threads that compute; nil for all cores.
    public var threads: Int?
    /// Kernels of the CPU. They differ in rounding, as processors do.
    public var kernels = KernelsChoice.auto
    /// Threads that decode and augment; nil for all cores, or all but one beside a card.
    public var workers: Int?
    /// What computes: one device for each process.
    public var device = DeviceChoice.cpu
    /// Mixed precision, on a card alone.
    public var amp = MixedPrecision.off
    /// Whether a card's products of fp32 may round their operands to TF32.
    public var tf32 = false
    /// Whether a card's products are timed, and computed by the fastest of several algorithms.
    public var tuneProducts = false
    /// How many processes share each batch; nil for as many as are started. A run that is resumed may have another
    /// number where all of them together have batches as large.
    public var processes: Int?

    // Watching.

    /// The MLflow server that the run is sent to.
    public var mlflow = TrackingURI.none
    /// The experiment there; nil for MLFLOW_EXPERIMENT_NAME's, or `mammo`.
    public var experiment: String?
    /// What an hour of the machine costs; nil where that is not asked.
    public var price: Double?

    /// How a card computes products.
    public var products: ProductOptions { ProductOptions(tf32: tf32, isTuned: tuneProducts) }

    /// How many threads decode and augment: as many as are asked for, or all cores, less the one that submits a card's work.
    ///
    /// - Parameters:
    ///   - cores: Those that there are.
    ///   - besideCard: Whether a card computes.
    /// - Returns: One at least.
    public func workers(cores: Int, besideCard: Bool) -> Int { workers ?? (besideCard ? max(1, cores - 1) : cores) }

    /// Takes back what is for cards alone, where the CPU computes.
    public mutating func leaveCards() { (amp, tf32, tuneProducts) = (.off, false, false) }

    /// The network that `arch`, `pool` and `dropout` name; nil where there is none.
    public var network: Network? {
        let pooled = Network.named(arch)?.with(pooling: pool)
        return dropout.flatMap { pooled?.with(dropout: $0) } ?? pooled
    }

    /// The defaults: images, table and weights are still to be named.
    public init() {}

    /// How an epoch's images are chosen.
    public enum SamplerKind: String, CaseIterable, Codable, Sendable {
        /// With replacement, those with cancer `upsample` times as likely.
        case weighted
        /// Each once, in random order.
        case shuffled
        /// Each once, in the table's order.
        case sequential
    }

    /// What is to become small.
    public enum LossKind: String, CaseIterable, Codable, Sendable {
        /// BCEWithLogitsLoss.
        case crossEntropy = "bce"
        /// torchvision's sigmoid_focal_loss.
        case focal
    }

    /// What moves the parameters.
    public enum OptimizerKind: String, CaseIterable, Codable, Sendable {
        /// torch.optim.AdamW.
        case adamW = "adamw"
        /// torch.optim.SGD.
        case sgd
    }

    /// How the learning rate goes. Each is stepped after every batch that makes a step, not after every epoch.
    public enum ScheduleKind: String, CaseIterable, Codable, Sendable {
        /// CosineAnnealingLR: T_max is all steps of the run without the warm-up's.
        case cosine
        /// CosineAnnealingWarmRestarts: T_0 of `t0` steps, T_mult of `tMult`.
        case restarts
        /// The same at every step.
        case constant
    }

    /// Where decoded images are kept.
    public enum CacheKind: String, CaseIterable, Codable, Sendable {
        /// In memory, from the first epoch on.
        case ram
        /// Nowhere: each epoch decodes again.
        case none
    }
}

import ArgumentParser
import MammoTrain

/// How the network learns.
struct TrainOptimizerOptions: TrainSettings {
    @Option(help: TrainSetting.help("What a positive counts in the loss, beside a negative's 1.", "pos_weight", "w"))
    var posWeight: Double?

    @Option(help: TrainSetting.help("What a label of 1 becomes; 0.9 smooths the positives.", "soft_positive", "label"))
    var softPositive: Double?

    @Option(help: TrainSetting.help("AdamW's learning rate.", "lr", "rate"))
    var lr: Double?

    @Option(help: TrainSetting.help("The share of the rate that parameters lose in a step.", "weight_decay", "share"))
    var weightDecay: Double?

    @Option(help: TrainSetting.help("AdamW's memory of gradients.", "beta1", "b"))
    var beta1: Double?

    @Option(help: TrainSetting.help("AdamW's memory of their squares.", "beta2", "b"))
    var beta2: Double?

    @Option(help: TrainSetting.help("What AdamW adds to the root of the squares.", "eps", "e"))
    var eps: Double?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether biases, norms and layer scales decay too, as PyTorch has it and timm not. (default: they do)")
    var decayNormBias: Bool?

    @Option(
        help: TrainSetting.help(
            "How the rate goes from step to step: a cosine over the run, cosines that restart, or not at all.",
            "schedule"))
    var schedule: TrainingConfiguration.ScheduleKind?

    @Option(help: TrainSetting.help("The lowest rate of a cosine.", "min_lr", "rate"))
    var minLr: Double?

    @Option(help: TrainSetting.help("Steps in which the rate grows to the whole first.", "warmup_steps", "n"))
    var warmupSteps: Int?

    @Option(
        name: .customLong("t0"), help: ArgumentHelp("Steps until the first restart; else an epoch's.", valueName: "n"))
    var t0: Int?

    @Option(help: TrainSetting.help("How many times as long each stretch is as the one before.", "t_mult", "n"))
    var tMult: Int?

    @Option(help: TrainSetting.help("Batches whose gradients make one step.", "accumulate", "n"))
    var accumulate: Int?

    @Option(help: ArgumentHelp("Shorten gradients that are longer than this; 0 for never.", valueName: "length"))
    var clipNorm: Double?

    @Option(
        help: ArgumentHelp("Keep averaged weights of this decay, as 0.999, and score them; 0 for not.", valueName: "d"))
    var ema: Double?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.posWeight, posWeight)
        TrainSetting.set(&configuration.softPositive, softPositive)
        TrainSetting.set(&configuration.lr, lr)
        TrainSetting.set(&configuration.weightDecay, weightDecay)
        TrainSetting.set(&configuration.beta1, beta1)
        TrainSetting.set(&configuration.beta2, beta2)
        TrainSetting.set(&configuration.eps, eps)
        TrainSetting.set(&configuration.noDecayNormBias, decayNormBias.map { !$0 })
        TrainSetting.set(&configuration.schedule, schedule)
        TrainSetting.set(&configuration.minLr, minLr)
        TrainSetting.set(&configuration.warmupSteps, warmupSteps)
        TrainSetting.set(&configuration.t0, t0.map(Optional.some))
        TrainSetting.set(&configuration.tMult, tMult)
        TrainSetting.set(&configuration.accumulate, accumulate)
        TrainSetting.set(&configuration.clipNorm, orNone: clipNorm)
        TrainSetting.set(&configuration.ema, orNone: ema)
    }
}

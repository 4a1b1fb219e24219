import ArgumentParser
import MammoTrain

/// How the network learns.
struct TrainOptimizerOptions: TrainSettings {
    @Option(help: TrainSetting.help("Weight of positives in the loss.", "pos_weight", "w"))
    var posWeight: Double?

    @Option(
        help: TrainSetting.help(
            "Target of a positive.", "soft_positive", "target", more: "0.9 smooths the labels of positives."))
    var softPositive: Double?

    @Option(help: TrainSetting.help("AdamW's learning rate.", "lr", "rate"))
    var lr: Double?

    @Option(help: TrainSetting.help("AdamW's weight decay.", "weight_decay", "decay"))
    var weightDecay: Double?

    @Option(help: TrainSetting.help("AdamW's decay of the mean.", "beta1", "b"))
    var beta1: Double?

    @Option(help: TrainSetting.help("AdamW's decay of the variance.", "beta2", "b"))
    var beta2: Double?

    @Option(help: TrainSetting.help("AdamW's epsilon.", "eps", "e"))
    var eps: Double?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Weight decay of biases and norms too.",
            discussion: "And of layer scales. The default, as in PyTorch; timm does not."))
    var decayNormBias: Bool?

    @Option(
        help: TrainSetting.help(
            "Learning rate schedule.", "schedule",
            more: "cosine falls over the whole run; restarts are cosines of --t0 steps."))
    var schedule: TrainingConfiguration.ScheduleKind?

    @Option(help: TrainSetting.help("Least learning rate of a cosine.", "min_lr", "rate"))
    var minLr: Double?

    @Option(help: TrainSetting.help("Steps of linear warm-up.", "warmup_steps", "n"))
    var warmupSteps: Int?

    @Option(
        name: .customLong("t0"),
        help: ArgumentHelp("Steps until a restart. (default: those of an epoch)", valueName: "n"))
    var t0: Int?

    @Option(help: TrainSetting.help("Growth of the time between restarts.", "t_mult", "n"))
    var tMult: Int?

    @Option(help: TrainSetting.help("Batches per optimizer step.", "accumulate", "n"))
    var accumulate: Int?

    @Option(help: ArgumentHelp("Clip the gradient's norm; 0 for never.", valueName: "length"))
    var clipNorm: Double?

    @Option(
        help: ArgumentHelp("Average weights with this decay; 0 for never.", valueName: "d"))
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

import ArgumentParser
import MammoTrain

/// How the network learns.
struct TrainOptimizerOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "The loss.", "loss",
            more: "bce: BCEWithLogitsLoss with --pos-weight; focal: torchvision's sigmoid_focal_loss."))
    var loss: TrainingConfiguration.LossKind?

    @Option(
        help: TrainSetting.help("Weight of positives in the loss.", "pos_weight", "w", more: "Of --loss bce alone."))
    var posWeight: Double?

    @Option(
        help: TrainSetting.help(
            "Target of a positive.", "soft_positive", "target", more: "0.9 smooths the labels of positives."))
    var softPositive: Double?

    @Option(
        help: TrainSetting.help(
            "Smoothing of both classes' labels.", "label_smoothing", "e",
            more: "A label y becomes y·(1 - e) + e/2, as with timm's smooth_dense; MixUp comes before it."))
    var labelSmoothing: Double?

    @Option(help: TrainSetting.help("Focal loss's exponent.", "focal_gamma", "g"))
    var focalGamma: Double?

    @Option(
        help: TrainSetting.help(
            "Focal loss's positives; 0: no weights.", "focal_alpha", "a",
            more: "A positive counts so much, and a negative 1 less it."))
    var focalAlpha: Double?

    @Option(
        help: TrainSetting.help(
            "The optimizer.", "optimizer", more: "torch.optim.AdamW or torch.optim.SGD, step for step."))
    var optimizer: TrainingConfiguration.OptimizerKind?

    @Option(
        help: TrainSetting.help(
            "The learning rate.", "lr", "rate", more: "The default is AdamW's; SGD needs larger ones, such as 3e-3."))
    var lr: Double?

    @Option(
        help: ArgumentHelp(
            "Weight decay. (default: 0.01; 0 with sgd)",
            discussion: "AdamW decays parameters by lr times it; SGD adds it times the parameter to the gradient.",
            valueName: "decay"))
    var weightDecay: Double?

    @Option(help: TrainSetting.help("SGD's momentum.", "momentum", "m"))
    var momentum: Double?

    @Flag(inversion: .prefixedNo, help: TrainSetting.help("SGD with Nesterov's momentum.", "nesterov"))
    var nesterov: Bool?

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
            "Lower rates of earlier layers.", "layer_decay", "share",
            more: "Each layer's learning rate is this share of that of the layer after it; the head has --lr."))
    var layerDecay: Double?

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
        TrainSetting.set(&configuration.loss, loss)
        TrainSetting.set(&configuration.posWeight, posWeight)
        TrainSetting.set(&configuration.softPositive, softPositive)
        TrainSetting.set(&configuration.labelSmoothing, labelSmoothing)
        TrainSetting.set(&configuration.focalGamma, focalGamma)
        TrainSetting.set(&configuration.focalAlpha, orNone: focalAlpha)
        TrainSetting.set(&configuration.optimizer, optimizer)
        TrainSetting.set(&configuration.lr, lr)
        if let weightDecay { configuration.weightDecay = weightDecay }
        TrainSetting.set(&configuration.momentum, momentum)
        TrainSetting.set(&configuration.nesterov, nesterov)
        TrainSetting.set(&configuration.beta1, beta1)
        TrainSetting.set(&configuration.beta2, beta2)
        TrainSetting.set(&configuration.eps, eps)
        TrainSetting.set(&configuration.noDecayNormBias, decayNormBias.map { !$0 })
        TrainSetting.set(&configuration.layerDecay, layerDecay)
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

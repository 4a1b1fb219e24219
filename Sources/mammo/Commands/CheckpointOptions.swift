import ArgumentParser

/// Which of a checkpoint's state dicts is read.
struct CheckpointOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Prefer averaged weights in checkpoints.",
            discussion: "Where a checkpoint has both, as timm's state_dict_ema."))
    var ema = true
}

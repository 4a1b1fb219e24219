import ArgumentParser
import MammoCompute
import MammoTrain

/// What computes, and how. None of it changes a number but --seed, --device, --amp, --tf32, --tune-products and --kernels.
struct TrainMachineOptions: TrainSettings {
    @Option(help: TrainSetting.help("Random seed.", "seed", "n"))
    var seed: Int?

    @Option(
        help: TrainSetting.help(
            "cpu, cuda, cuda:1 or auto.", "device", "device", more: "cuda:N is another card than the first."))
    var device: DeviceChoice?

    @OptionGroup var cuda: CUDAOptions

    @Option(
        help: TrainSetting.help(
            "Mixed precision on a card.", "amp", more: "fp16 scales the loss; bf16 needs sm_80 or newer."))
    var amp: MixedPrecision?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Products of fp32 in TF32 on a card.",
            discussion: "Operands are rounded to 10 bits of mantissa, sums are of fp32; it needs sm_80 or newer."))
    var tf32: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Time products' algorithms on a card.",
            discussion: """
                Each product is computed by the fastest of several. Two runs may then differ in rounding. A run that is \
                resumed keeps what its checkpoint has; products first computed after it are timed again.
                """))
    var tuneProducts: Bool?

    @Option(help: ArgumentHelp("Threads that compute. (default: all cores)", valueName: "n"))
    var threads: Int?

    @Option(
        help: TrainSetting.help(
            "CPU kernels.", "kernels", "kernels",
            more: "auto takes the fastest that this machine runs; openblas needs the library OpenBLAS."))
    var kernels: KernelsChoice?

    @Option(help: ArgumentHelp("Threads that load images. (default: all cores; with a card one less)", valueName: "n"))
    var workers: Int?

    @Option(help: TrainSetting.help("Where decoded images are kept.", "cache"))
    var cache: TrainingConfiguration.CacheKind?

    @Flag(
        inversion: .prefixedNo,
        help: "Recompute activations: less memory, more time.")
    var recompute: Bool?

    @Option(
        help: TrainSetting.help(
            "Minutes between checkpoints.", "checkpoint_minutes", "m", more: "One is written after each epoch too."))
    var checkpointMinutes: Double?

    @Option(
        help: ArgumentHelp(
            "Processes that train together.",
            discussion: "Expects as many as mpirun -n or srun -n started; by default all of these.", valueName: "n"))
    var processes: Int?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.seed, seed)
        TrainSetting.set(&configuration.device, device)
        TrainSetting.set(&configuration.amp, amp)
        TrainSetting.set(&configuration.tf32, tf32)
        TrainSetting.set(&configuration.tuneProducts, tuneProducts)
        TrainSetting.set(&configuration.threads, threads.map(Optional.some))
        TrainSetting.set(&configuration.kernels, kernels)
        TrainSetting.set(&configuration.workers, workers.map(Optional.some))
        TrainSetting.set(&configuration.cache, cache)
        TrainSetting.set(&configuration.recompute, recompute)
        TrainSetting.set(&configuration.checkpointMinutes, checkpointMinutes)
        TrainSetting.set(&configuration.processes, processes.map(Optional.some))
    }
}

import ArgumentParser
import MammoCompute
import MammoTrain

/// What computes, and how. None of it changes a number but --seed, --device and --amp.
struct TrainMachineOptions: TrainSettings {
    @Option(help: TrainSetting.help("Which random numbers.", "seed", "n"))
    var seed: Int?

    @Option(
        help: TrainSetting.help("What computes: cpu, cuda, cuda:N for another card, or auto.", "device", "device"))
    var device: DeviceChoice?

    @OptionGroup var cuda: CUDAOptions

    @Option(help: TrainSetting.help("Mixed precision, on a card; fp16 with a loss scale, bf16 from sm_80 on.", "amp"))
    var amp: MixedPrecision?

    @Option(help: ArgumentHelp("Threads that compute; all cores it may use where not given.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Threads that decode and augment; all cores where not given.", valueName: "n"))
    var workers: Int?

    @Option(help: TrainSetting.help("Where decoded images are kept.", "cache"))
    var cache: TrainingConfiguration.CacheKind?

    @Flag(
        inversion: .prefixedNo,
        help: "Give activations back and compute them again: less memory, more time. (default: --no-recompute)")
    var recompute: Bool?

    @Option(
        help: TrainSetting.help("Minutes between checkpoints, beside that of each epoch.", "checkpoint_minutes", "m"))
    var checkpointMinutes: Double?

    @Option(
        help: ArgumentHelp(
            "Processes that there have to be, as mpirun -n or srun -n starts them; all that there are where not given.",
            valueName: "n"))
    var processes: Int?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.seed, seed)
        TrainSetting.set(&configuration.device, device)
        TrainSetting.set(&configuration.amp, amp)
        TrainSetting.set(&configuration.threads, threads.map(Optional.some))
        TrainSetting.set(&configuration.workers, workers.map(Optional.some))
        TrainSetting.set(&configuration.cache, cache)
        TrainSetting.set(&configuration.recompute, recompute)
        TrainSetting.set(&configuration.checkpointMinutes, checkpointMinutes)
        TrainSetting.set(&configuration.processes, processes.map(Optional.some))
    }
}

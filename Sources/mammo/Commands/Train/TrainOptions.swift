import ArgumentParser
import MammoCompute
import MammoData
import MammoTrain

/// All that `train` takes. An option wins over the file of --config, or over what the run of --resume was begun with, and
/// that over the default.
package struct TrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The run's folder, made where there is none.", valueName: "folder"))
    var out: String?

    @Option(help: ArgumentHelp("Go on with the run in this folder, to the same bits.", valueName: "folder"))
    var resume: String?

    @Option(
        help: ArgumentHelp("Take what is not given from this file: keys as in a run's config.yaml.", valueName: "file"))
    var config: String?

    @Flag(help: "Begin anew in a folder that holds a run; what is left of that is removed.")
    var force = false

    @Flag(help: "Say what would be done, and train nothing.")
    var dryRun = false

    @OptionGroup(title: "Data") var data: TrainDataOptions
    @OptionGroup(title: "Network") var network: TrainNetworkOptions
    @OptionGroup(title: "Loss and optimizer") var optimizer: TrainOptimizerOptions
    @OptionGroup(title: "The best epoch, and the last") var selection: TrainSelectionOptions
    @OptionGroup(title: "Machine") var machine: TrainMachineOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    package init() {}

    package func validate() throws {
        guard resume == nil || (out == nil && config == nil && !force) else {
            throw ValidationError(
                "--resume goes on in its own folder with its own configuration; --out, --config and --force begin a run."
            )
        }
        guard resume != nil || out != nil || dryRun else {
            throw ValidationError("Give --out FOLDER for a new run, or --resume FOLDER to go on with one.")
        }
        guard data.folds == nil || data.foldsFile == nil else {
            throw ValidationError("--folds-file has its folds, and --folds makes others; give one of them.")
        }
        // A file that cannot be read is no wrong argument: request() says so again when the command runs.
        do { _ = try request() } catch is DataError {}
    }

    /// What is to be done.
    ///
    /// - Parameter started: How many processes there are.
    /// - Returns: The configuration, checked, and where the run is to be.
    /// - Throws: `DataError` where a file cannot be read or used; `ValidationError` for what cannot be.
    package func request(started: Int = ProcessLaunch.current.count) throws -> TrainRequest {
        var configuration = TrainingConfiguration()
        var earlier = try resume.map { try RunFolder.configuration(in: $0) }
        do throws(ConfigurationError) {
            try earlier?.divide(among: started)
        } catch {
            throw TrainSetting.refusal(error)
        }
        if let earlier { configuration = earlier }
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        for group in groups { group.apply(to: &configuration) }
        if configuration.processes == nil && started > 1 { configuration.processes = started }
        if let wanted = configuration.processes, wanted != started, !dryRun {
            throw ValidationError(
                "--processes is \(wanted), but there \(started == 1 ? "is 1" : "are \(started)"): start "
                    + "mpirun -n \(wanted) mammo train, or give --processes \(started).")
        }
        do throws(ConfigurationError) {
            try configuration.validate()
        } catch {
            throw TrainSetting.refusal(error)
        }
        if let earlier, let resume {
            let differences = configuration.differences(from: earlier)
            guard differences.isEmpty else {
                throw ValidationError(
                    "\(resume) was begun with other settings (\(differences.joined(separator: "; "))); resume it with those, "
                        + "or start a new run with --out.")
            }
        }
        return TrainRequest(
            configuration: configuration, folder: resume ?? out,
            opening: resume != nil ? .resumed : force ? .forced : .new, isDry: dryRun)
    }

    private var groups: [any TrainSettings] { [data, network, optimizer, selection, machine] }
}

/// What `train` is to do.
package struct TrainRequest: Sendable {
    /// Every parameter, checked.
    package let configuration: TrainingConfiguration
    /// The run's folder; nil where nothing is to be trained.
    package let folder: String?
    /// What becomes of a run that the folder holds.
    package let opening: RunFolder.Opening
    /// Whether nothing is to be trained.
    package let isDry: Bool
}

/// The help of `train`.
package enum TrainHelp {
    package static let abstract = "Train a ConvNeXt on preprocessed images, in a folder that a killed run goes on from."

    package static let discussion = """
        EXAMPLES
          mammo train --images png --csv train.csv --folds-file folds.csv --fold 0 --weights convnext_tiny-983f1562.pth --out run0
          mammo train --images png --csv train.csv --weights imagenet.safetensors --freeze 60 --augment hflip --soft-positive 0.9 --out run1
          mammo train --images png --csv train.csv --weights imagenet.safetensors --freeze 178 --lr 0.01 --unfreeze 3:120@1e-4,6:0@1e-5 --out run2
          mammo train --config run0/config.yaml --seed 2 --out run3
          mammo train --images png --csv train.csv --weights none --dry-run
          mammo train --resume run0
          mammo train --images png --csv train.csv --weights imagenet.safetensors --device cuda --amp fp16 --out run5
          Scripts/train-gpus 4 --images png --csv train.csv --weights imagenet.safetensors --batch-size 8 --amp fp16 --out run6
          mpirun -n 4 --bind-to none mammo train --images png --csv train.csv --weights imagenet.safetensors --batch-size 8 --out run4

        --out gets config.yaml (every parameter; --config takes it back, or a file of some of them), steps.csv (step, epoch,
        lr, loss, seconds, loss_scale), epochs.csv (losses, and by image and by breast pF1, thresholds, ROC-AUC, average
        precision), best.safetensors with threshold and preprocessing, validation.csv of the best epoch, last.checkpoint,
        report.html, and events for tensorboard --logdir. Steps and epochs are counted from 1, folds from 0.

        The learning rate changes after every step, not every epoch: --schedule cosine falls over all steps of the run
        (T_max), restarts begin again after --t0 steps, then after --t-mult times as many. --unfreeze 3:120 freezes the
        first 120 parameters from epoch 3 on; its @RATE takes the place of --lr, the schedule going on in proportion.

        pF1 is at the best of all thresholds. --select pf1-breast keeps the epoch that is best so; of equals the earlier.
        A run that was killed, or ended by Ctrl-C, goes on with --resume to the same bits; it may have other --threads,
        --workers, --cache, --recompute and --checkpoint-minutes, and nothing else.

        mpirun -n 4 mammo train … (or srun --mpi=pmix -n 4) trains in four processes, each with --batch-size images of every
        batch: as one process with four times as many, but for rounding. The first alone writes. It takes the plugin that
        Scripts/build-mpi makes, beside mammo or named in MAMMO_MPI_PLUGIN. With --resume there may be more processes or
        fewer; each then takes its part of the same batches.

        --device cuda computes on an NVIDIA card by the plugin that Scripts/build-cuda makes; auto takes the first card where
        plugin, driver and card are there, else the CPU, and says which. --amp fp16 and bf16 store what lies within layers in
        16 bits, parameters and what layers pass on staying in 32; fp16 scales the loss as torch.amp.GradScaler does, and
        skips a step whose gradients have no room. Exit status 69 says that a device is not to be had.
        Scripts/train-gpus 4 trains on four cards, as several processes do otherwise; a run goes on with the --device and
        --amp that it was begun with.

        --json prints an object with the keys best_epoch, epochs, outcome (finished, stopped, interrupted), pf1_breast,
        roc_auc_breast, run, seconds, steps, threshold, weights; of --dry-run with cache_bytes, columns, memory_bytes,
        positives, rows, seconds, seconds_per_step, steps, steps_per_epoch, training, validation.
        """
}

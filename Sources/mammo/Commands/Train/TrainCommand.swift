import ArgumentParser
import CProcess
import MammoCompute
import MammoData
import MammoTrain

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network on preprocessed images; keep the best epoch's weights.",
        discussion: """
            EXAMPLES
              mammo train --images png --csv train.csv --weights convnext_tiny-983f1562.pth --out runs/a --dry-run
              mammo train --images png --csv train.csv --folds-file folds.csv --fold 0 \\
                --weights convnext_tiny-983f1562.pth --out runs/a --batch-size 4 --freeze 60
              mammo train --resume runs/a
              mammo train --config runs/a/config.yaml --fold 1 --out runs/b

            AdamW on BCEWithLogits with a positive weight, as torch.optim and torch.nn compute them; the schedule is
            stepped per batch. The run's folder gets config.yaml (every parameter; --config takes it back), steps.csv,
            epochs.csv, validation.csv and best.safetensors of the best epoch (with its threshold; mammo infer takes it),
            last.checkpoint, TensorBoard's events and report.html. --resume goes on from the last checkpoint and comes to
            the same bits as a run that was never disturbed; the first Ctrl-C writes a checkpoint and ends.
            --json prints an object with the keys best_epoch, epochs, outcome, pf1_breast, roc_auc_breast, run, seconds,
            steps, threshold, weights; of --dry-run cache_bytes, columns, memory_bytes, positives, rows, seconds,
            seconds_per_step, steps, steps_per_epoch, training, validation.
            """)

    @OptionGroup var options: TrainOptions

    @Option(help: ArgumentHelp("The run's folder, made where there is none.", valueName: "folder"))
    var out: String?

    @Option(help: ArgumentHelp("Go on with the run of this folder.", valueName: "folder"))
    var resume: String?

    @Flag(help: "Begin anew where the folder holds a run already.")
    var force = false

    @Flag(help: "Say what would be trained, and what it would take; train nothing.")
    var dryRun = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard out == nil || resume == nil else {
            throw ValidationError("--resume names the run's folder itself; --out is for a new one.")
        }
        guard out != nil || resume != nil || dryRun else {
            throw ValidationError("Give --out FOLDER for a new run, or --resume FOLDER to go on with one.")
        }
        guard !force || out != nil else { throw ValidationError("--force goes with --out.") }
    }

    func run() throws {
        let configuration = try configuration()
        try Console.run("train") {
            guard configuration.device == .cpu else {
                throw DataError.training("--device cuda: there is no CUDA device in this build; use --device cpu")
            }
            let plan = try TrainingPlan(configuration)
            for warning in plan.table.warnings { Console.error("mammo train: warning: \(warning)") }
            let cores = Int(cprocess_available_cores())
            let device = CPUDevice(threads: configuration.threads ?? cores)
            if dryRun {
                DryRunReport(plan, try TrainingEstimate(plan, on: device)).print(json: json)
                throw ExitStatus.allDone
            }
            let folder = try RunFolder(resume ?? out ?? "", resume != nil ? .resumed : force ? .forced : .new)
            let run = try TrainingRun(plan, in: folder, on: device, cores: cores)
            throw try TrainRun(run, style: .suited(quiet: quiet), json: json).start()
        }
    }

    /// The defaults, or those of the run that goes on, with what was given over them; refused where a run that goes on
    /// would no longer be the same.
    private func configuration() throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        var earlier: TrainingConfiguration?
        try Console.run("train") {
            if let resume {
                configuration = try RunFolder.configuration(in: resume)
                earlier = configuration
            }
        }
        do {
            try options.apply(to: &configuration)
            try configuration.validate()
        } catch let error as ConfigurationError {
            let option = "--" + error.key.map { $0 == "_" ? "-" : String($0) }.joined()
            throw ValidationError("\(option) \(error.reason).")
        } catch let error as DataError {
            try Console.run("train") { throw error }
        }
        if let earlier, let resume {
            let differences = configuration.differences(from: earlier)
            guard differences.isEmpty else {
                throw ValidationError(
                    "\(resume) is a run with other parameters (\(differences.joined(separator: "; "))); "
                        + "go on without them, or begin another run with --out.")
            }
        }
        return configuration
    }
}

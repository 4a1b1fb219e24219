import ArgumentParser
import CProcess
import MammoCompute
import MammoData
import MammoTrain

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: TrainHelp.abstract, discussion: TrainHelp.discussion)

    @OptionGroup var options: TrainOptions

    func run() throws {
        if let parent = options.parent, cprocess_end_with_parent(Int32(clamping: parent)) == 0 {
            throw ExitStatus.interrupted
        }
        try TrainSession(cuda: options.settings.machine.cuda, quiet: options.quiet, json: options.json)
            .run { try options.request() }
    }
}

/// Does what `train` is asked to, in each of the processes that were started for it.
struct TrainSession {
    let cuda: CUDAOptions
    let quiet: Bool
    let json: Bool

    /// Ends by throwing the exit status of what was trained.
    func run(_ asked: () throws -> TrainRequest) throws {
        try Processes.run("train") { launch, group in
            let request = try asked()
            var configuration = request.configuration
            let cores = launch.cores(
                available: Int(cprocess_available_cores()), machine: Int(cprocess_machine_cores()))
            let chosen = try OpenedDevices.open(
                configuration.device, cuda, precision: configuration.amp.precision, products: configuration.products,
                for: "train"
            ) { () throws(ComputeError) in
                CPUDevice(threads: configuration.threads ?? cores, kernels: try configuration.kernels.open())
            }
            configuration.device = chosen.choice
            if chosen.choice == .cpu { configuration.leaveCards() }
            let device = chosen.devices[0]
            try group.begin(on: device)
            let plan = try TrainingPlan(configuration)
            guard group.rank == 0 else {
                guard !request.isDry else { return }
                throw try TrainFollowerRun(TrainingFollower(plan, on: device, cores: cores, group: group)).start()
            }
            for warning in plan.table.warnings { Console.error("mammo train: warning: \(warning)") }
            guard let path = request.folder, !request.isDry else {
                try DryRunReport(plan, on: device).print(json: json)
                return
            }
            let folder = try RunFolder(path, request.opening)
            if !quiet { try printBanner(plan, on: device, isNew: !folder.hasCheckpoint) }
            let run = try TrainingRun(plan, in: folder, on: device, cores: cores, group: group)
            throw try TrainRun(run, style: .suited(quiet: quiet), json: json).start()
        }
    }

    /// What is trained on what, before the first step. A run that is resumed knows its time from its steps.
    private func printBanner(_ plan: TrainingPlan, on device: any Device, isNew: Bool) throws {
        let facts = TrainingFacts(plan, on: device, isNew ? try TrainingEstimate(plan, on: device) : nil)
        for line in TextTable.facts(facts.rows) { Console.error(line) }
    }
}

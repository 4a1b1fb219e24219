import ArgumentParser
import MammoData
import MammoTrack
import MammoTrain

struct TrackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: "Send training runs to an MLflow server.",
        discussion: """
            EXAMPLES
              mammo track runs/a --mlflow http://127.0.0.1:5000
              mammo track runs/* --mlflow https://mlflow.example.org --experiment rsna
              mammo track cv/fold-*

            Sends what the server does not have yet of each run: parameters, loss and learning rate of every step, the metrics \
            of every epoch, system metrics, and of a run that is not being trained report.html, config.yaml and \
            best.safetensors. mammo train --mlflow sends the same while it trains; what it could not send, this command does. \
            mlflow.json in the run's folder says what was sent: no point is lost or sent for nothing, whenever a command is \
            interrupted or killed.

            Without --mlflow, the server is that of the run's config.yaml, or MLFLOW_TRACKING_URI. User, password or token are \
            taken from MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN; they are never written.
            """)

    @Argument(
        help: ArgumentHelp("Run folders: each the --out of a mammo train.", valueName: "run"), completion: .directory)
    var runs: [String]

    @Option(help: ArgumentHelp("The MLflow server, as http://host:5000.", valueName: "uri"))
    var mlflow: TrackingURI?

    @Option(
        help: ArgumentHelp(
            "The experiment on that server.",
            discussion: "Created if missing. By default the run's own, else MLFLOW_EXPERIMENT_NAME, else mammo.",
            valueName: "name"))
    var experiment: String?

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard let mlflow else { return }
        var configuration = TrainingConfiguration()
        configuration.mlflow = mlflow
        do throws(ConfigurationError) {
            try configuration.validate(only: ["mlflow"])
        } catch {
            throw TrainSetting.refusal(error)
        }
        guard mlflow.isServer else {
            throw ValidationError("--mlflow is none, expected http://HOST:PORT or https://HOST")
        }
    }

    func run() throws {
        try Console.run("track") {
            let interrupt = Interrupt.listen { Console.error("mammo track: finishing the current request") }
            var report = TrackReport()
            for run in runs where !interrupt.isRequested {
                do {
                    report.add(try send(run, interrupt))
                } catch {
                    guard !interrupt.isRequested else { break }
                    report.failed += 1
                    Console.error("mammo track: \(error)")
                }
            }
            report.print(json: json)
            throw ExitStatus.ofBatch(
                done: report.runs.count, failed: report.failed, interrupted: interrupt.isRequested)
        }
    }

    private func send(_ run: String, _ interrupt: Interrupt) throws -> TrackReport.Run {
        let sending = try RunSending(run, to: mlflow, experiment: experiment)
        let progress = Progress(total: sending.upload.unsent, unit: "point", style: .suited(quiet: quiet))
        sending.upload.advanced = { progress.advance(by: $0) }
        sending.upload.goesOn = { !interrupt.isRequested }
        try progress.during { try sending.send { progress.say("mammo track: \($0); trying again") } }
        return TrackReport.Run(sending, run)
    }
}

import MammoBase
import MammoTrack
import MammoTrain

/// Sends a run to the server that its configuration names, while it is trained. Nothing that goes wrong there ends the run.
struct TrainTracking {
    private let folder: String
    private let live: LiveTracking?
    private let say: @Sendable (String) -> Void

    /// Begins to send; nil where no server is named.
    ///
    /// - Parameters:
    ///   - run: The run, whose folder is open.
    ///   - say: Prints a line.
    init?(_ run: TrainingRun, say: @escaping @Sendable (String) -> Void) {
        let configuration = run.plan.configuration
        guard configuration.mlflow.isServer else { return nil }
        folder = run.folder.path
        self.say = say
        do {
            let upload = try RunUpload(
                folder, to: MLflowServer(configuration.mlflow),
                experiment: TrackingDefaults.experiment(
                    configuration.experiment, ofRun: folder, at: configuration.mlflow),
                RunUpload.Description(configuration, ofRun: folder))
            live = LiveTracking(upload) { say("mammo train: \($0)") }
        } catch {
            say("mammo train: warning: \(error); training goes on, and nothing is sent to MLflow")
            live = nil
        }
    }

    /// Sends the rest, for a limited time, and says what is left.
    func finish(_ status: TrackedStatus) {
        guard let result = live?.finish(status) else {
            return say("mammo train: nothing was sent to MLflow; mammo track \(folder) sends it")
        }
        guard result.problem != nil else { return }
        let rest = result.unsent == 0 ? "files" : result.unsent.of("point")
        say("mammo train: \(rest) not sent; mammo track \(folder) sends them")
    }
}

extension RunUpload.Description {
    /// What a run is made with, as a tracking server shows it.
    init(_ configuration: TrainingConfiguration, ofRun folder: String) {
        var tags = [
            TrackedText("mammo.version", BuildVersion.number), TrackedText("mlflow.source.name", "mammo train"),
            TrackedText("mlflow.source.type", "LOCAL"),
        ]
        if let user = Environment.value(of: "USER") { tags.append(TrackedText("mlflow.user", user)) }
        self.init(
            name: TrackingDefaults.name(ofRun: folder),
            parameters: configuration.rows.map { TrackedText($0.key, $0.value) }, tags: tags)
    }
}

import MammoBase
import MammoData
import MammoTrack

/// What `track` prints.
struct TrackReport: Encodable {
    /// A run that was sent.
    struct Run: Encodable {
        var experiment: String
        var experiment_id: String?
        var files: Int
        var points: Int
        var run: String
        var run_id: String?
        var training: Bool
        var uri: String
    }

    var failed = 0
    private(set) var runs: [Run] = []

    /// Adds a run, and says what the server would not take.
    mutating func add(_ run: Run) { runs.append(run) }

    func print(json: Bool) {
        if json { return Console.out(JSONText.line(self)) }
        for run in runs { Console.out(run.line) }
    }
}

extension TrackReport.Run {
    init(_ sending: RunSending, _ folder: String) {
        for note in sending.upload.notes { Console.error("mammo track: \(folder): \(note)") }
        let identity = sending.upload.identity
        self.init(
            experiment: sending.experiment, experiment_id: identity?.experiment, files: sending.upload.sent.files,
            points: sending.upload.sent.points, run: folder, run_id: identity?.run, training: sending.isTraining,
            uri: sending.uri.description)
    }

    /// For people, with the run's page.
    var line: String {
        let page = "\(uri)/#/experiments/\(experiment_id ?? "")/runs/\(run_id ?? "")"
        let what = points == 0 && files == 0 ? "nothing new" : "\(points.of("point")), \(files.of("file"))"
        return "\(run): \(what); \(page)" + (training ? " (still being trained)" : "")
    }
}

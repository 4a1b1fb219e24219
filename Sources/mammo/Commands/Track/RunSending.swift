import Glibc
import MammoBase
import MammoData
import MammoTrack
import MammoTrain

/// A run's folder on its way to a server.
struct RunSending {
    /// What does it.
    let upload: RunUpload
    /// Where to.
    let uri: TrackingURI
    /// The experiment's name there.
    let experiment: String
    /// Whether a process trains in the folder.
    let isTraining: Bool
    private let status: TrackedStatus
    /// Seconds without a confirmation after which is given up.
    private static let patience = 30.0

    /// Looks at a folder.
    ///
    /// - Parameters:
    ///   - folder: The run's.
    ///   - asked: The server; nil for the run's own, or that of the environment.
    ///   - experiment: The experiment; nil for the run's own, or that of the environment.
    /// - Throws: `DataError`, `TrackingError`.
    init(_ folder: String, to asked: TrackingURI?, experiment: String?) throws {
        let configuration = try RunFolder.configuration(in: folder)
        let own = configuration.mlflow.isServer ? configuration.mlflow : nil
        guard let uri = asked ?? own ?? TrackingDefaults.uri else {
            throw DataError.table(
                path: folder, reason: "its config.yaml names no server; give --mlflow URI, or set MLFLOW_TRACKING_URI")
        }
        self.uri = uri
        self.experiment = try TrackingDefaults.experiment(
            experiment ?? configuration.experiment, ofRun: folder, at: uri)
        upload = try RunUpload(
            folder, to: MLflowServer(uri), experiment: self.experiment,
            RunUpload.Description(configuration, ofRun: folder))
        isTraining = RunFolder.isBeingTrained(folder)
        if isTraining {
            status = .running
        } else {
            let isOver = try Checkpoint.isOver("\(folder)/last.checkpoint", epochs: configuration.epochs)
            status = isOver ? .finished : upload.noted ?? .killed
            upload.close()
        }
    }

    /// Sends what there is; again where the server fails, for a limited time.
    ///
    /// - Parameter failed: Told of the first failure.
    /// - Throws: The last failure.
    func send(failed: (any Error) -> Void) throws {
        let start = ContinuousClock.now
        var pause = 0.5
        while true {
            do {
                return try upload.send(status, withFiles: !isTraining)
            } catch {
                let heard = max(upload.confirmed ?? start, start)
                guard upload.goesOn(), (ContinuousClock.now - heard).inSeconds < Self.patience,
                    (error as? TrackingError)?.isLasting == false
                else { throw error }
                if pause == 0.5 { failed(error) }
                usleep(UInt32(pause * 1e6))
                pause = min(2 * pause, 4)
            }
        }
    }
}

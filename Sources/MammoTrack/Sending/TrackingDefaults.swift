import MammoBase
import MammoData

/// What is sent where, where it is not said.
package enum TrackingDefaults {
    /// The server of MLFLOW_TRACKING_URI; nil where that is not set or names none.
    package static var uri: TrackingURI? {
        Environment.value(of: "MLFLOW_TRACKING_URI").flatMap { TrackingURI($0) }
            .flatMap { $0.isServer && !$0.hadCredentials ? $0 : nil }
    }

    /// The experiment: what was asked for, else that which the run was sent to before, else that of MLFLOW_EXPERIMENT_NAME,
    /// else `mammo`.
    ///
    /// - Parameters:
    ///   - asked: What was asked for.
    ///   - folder: The run's.
    ///   - uri: The server.
    /// - Returns: Its name.
    /// - Throws: `DataError` where mlflow.json cannot be used.
    package static func experiment(
        _ asked: String?, ofRun folder: String, at uri: TrackingURI
    ) throws(DataError) -> String {
        if let asked { return asked }
        let earlier = try TrackingState.read(in: folder).destinations.last { $0.uri == uri }
        return earlier?.experiment ?? Environment.value(of: "MLFLOW_EXPERIMENT_NAME") ?? "mammo"
    }

    /// What a run is called on the server: the last two parts of its folder's path.
    ///
    /// - Parameter folder: The run's.
    /// - Returns: As `runs/a`.
    package static func name(ofRun folder: String) -> String {
        let parts = (Files.resolved(folder) ?? folder).split(separator: "/").suffix(2)
        return parts.isEmpty ? "run" : parts.joined(separator: "/")
    }
}

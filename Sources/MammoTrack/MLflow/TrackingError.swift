/// Why something was not sent to a tracking server.
public enum TrackingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// libcurl is missing, for the loader's reason.
    case noLibrary(String)
    /// There was no answer.
    case unreachable(TrackingURI, reason: String)
    /// The server has refused, with HTTP's status, MLflow's code and its message.
    case rejected(TrackingURI, status: Int, code: String, message: String)
    /// The server has answered something else than MLflow's.
    case unexpected(TrackingURI, answer: String)
    /// The experiment was deleted on the server.
    case deletedExperiment(TrackingURI, name: String)
    /// The time for it was over.
    case outOfTime

    /// One line that says what to do.
    public var description: String {
        switch self {
        case .noLibrary(let reason):
            "libcurl cannot be opened (\(reason)); install it (Debian: libcurl4), or use mammo track where it is"
        case .unreachable(let uri, let reason): "\(uri): no answer from the MLflow server: \(reason)"
        case .rejected(let uri, 401, _, _), .rejected(let uri, 403, _, _):
            "\(uri): the MLflow server refuses access; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or "
                + "MLFLOW_TRACKING_TOKEN"
        case .rejected(let uri, let status, let code, let message):
            "\(uri): the MLflow server has refused, status \(status)" + (code.isEmpty ? "" : ", \(code)")
                + (message.isEmpty ? "" : ": \(message)")
        case .unexpected(let uri, let answer):
            "\(uri): no MLflow server: it has answered '\(answer)'; give the address that MLflow's page has"
        case .deletedExperiment(let uri, let name):
            "\(uri): the experiment \(name) was deleted; restore it there, or name another --experiment"
        case .outOfTime: "not all was sent in the time that there was"
        }
    }

    /// Whether a later request may succeed though nothing changes here.
    package var isLasting: Bool {
        if case .noLibrary = self { return true }
        return false
    }
}

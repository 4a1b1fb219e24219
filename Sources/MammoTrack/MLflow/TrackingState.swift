import FoundationEssentials
import MammoData

/// mlflow.json of a run's folder: to which servers the run is sent, and how much of it they have. What is not sent yet lies in the
/// folder's tables.
package struct TrackingState: Codable, Equatable, Sendable {
    /// How much of the tables a server has.
    package struct Position: Codable, Equatable, Sendable {
        /// The last step.
        package var steps = 0
        /// The last epoch.
        package var epochs = 0
        /// Lines of system.csv.
        package var system = 0

        package init() {}
    }

    /// One server's part.
    package struct Destination: Codable, Equatable, Sendable {
        /// The server's address, without credentials.
        package var uri: TrackingURI
        /// The experiment's name.
        package var experiment: String
        /// What the run is known by before the server has given it an id: the tag `mammo.run`.
        package var key: String
        package var experiment_id: String?
        package var run_id: String?
        /// Where the run's files go.
        package var artifacts: String?
        /// Whether it has the parameters.
        package var parameters = false
        package var position = Position()
        /// How the run is, as far as the server has been told.
        package var status: TrackedStatus?
        /// How the run ended, whether the server has been told or not.
        package var ended: TrackedStatus?
        /// The files that it has: lengths and times.
        package var files: [String: String] = [:]
    }

    package var destinations: [Destination] = []
    package var format = "mammo-mlflow-1"

    package init() {}

    /// The file's name.
    package static let name = "mlflow.json"

    /// Reads a folder's file.
    ///
    /// - Parameter folder: The run's.
    /// - Returns: What it says; nothing where there is none.
    /// - Throws: `DataError` where it cannot be read or says something else.
    package static func read(in folder: String) throws(DataError) -> TrackingState {
        let path = "\(folder)/\(name)"
        guard Files.status(of: path) != nil else { return TrackingState() }
        guard let state = try? JSONDecoder().decode(TrackingState.self, from: Data(try Files.read(path))) else {
            throw .table(
                path: path, reason: "does not say what was sent; remove it, and the run is sent to MLflow as a new one")
        }
        return state
    }

    /// Writes it, beside its place first.
    ///
    /// - Parameter folder: The run's.
    /// - Throws: `DataError.unwritable`.
    package func write(in folder: String) throws(DataError) {
        try Files.write(JSONText.pretty(self), to: "\(folder)/\(Self.name)")
    }

    /// The place of a server's part, which is added where there is none.
    package mutating func place(of uri: TrackingURI, _ experiment: String) -> Int {
        if let place = destinations.firstIndex(where: { $0.uri == uri && $0.experiment == experiment }) { return place }
        destinations.append(Destination(uri: uri, experiment: experiment, key: UUID().uuidString.lowercased()))
        return destinations.count - 1
    }
}

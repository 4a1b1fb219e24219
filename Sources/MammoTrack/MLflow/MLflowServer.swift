import FoundationEssentials
import MammoData

/// An MLflow server, by its REST interface of version 2.0. Used from one thread at a time.
package final class MLflowServer {
    /// A run there.
    package struct Run: Equatable, Sendable {
        package var id: String
        /// Where its files go; nil where the server does not say.
        package var artifacts: String?
    }

    /// The most metrics of a request, and the most parameters.
    package static let (mostMetrics, mostParameters) = (1000, 100)
    /// The longest value of a parameter; what is longer is cut off.
    private static let longestParameter = 6000
    private static let interface = "/api/2.0/mlflow"

    /// Where it is.
    package let uri: TrackingURI
    /// Seconds that an answer may take. A batch of a thousand metrics takes less than one.
    package let timeout: Double
    private let connection: HTTPConnection

    /// Opens libcurl; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - uri: Where the server is.
    ///   - credentials: What it is to know the sender by.
    ///   - timeout: Seconds that an answer may take.
    /// - Throws: `TrackingError.noLibrary`.
    package init(
        _ uri: TrackingURI, _ credentials: TrackingCredentials = TrackingCredentials(), timeout: Double = 10
    ) throws(TrackingError) {
        (self.uri, self.timeout) = (uri, timeout)
        connection = try HTTPConnection(uri, credentials)
    }

    /// The number of an experiment, which is made where there is none.
    ///
    /// - Parameter name: What it is called.
    /// - Returns: What the server calls it.
    /// - Throws: `TrackingError`.
    package func experiment(_ name: String) throws(TrackingError) -> String {
        if let found = try findExperiment(name) { return found }
        do throws(TrackingError) {
            let made: MLflowAnswer.CreatedExperiment = try post(
                MLflowRequest.CreateExperiment(name: name), to: "experiments/create")
            return made.experiment_id
        } catch .rejected(_, _, "RESOURCE_ALREADY_EXISTS", _) {
            // Another process was faster.
            guard let found = try findExperiment(name) else {
                throw .unexpected(uri, answer: "an experiment that exists and is not found")
            }
            return found
        }
    }

    private func findExperiment(_ name: String) throws(TrackingError) -> String? {
        do throws(TrackingError) {
            let found: MLflowAnswer.FoundExperiment = try answer(
                .nothing, "\(Self.interface)/experiments/get-by-name?experiment_name=\(Self.escaped(name))")
            guard found.experiment.lifecycle_stage != "deleted" else { throw .deletedExperiment(uri, name: name) }
            return found.experiment.experiment_id
        } catch .rejected(_, _, "RESOURCE_DOES_NOT_EXIST", _) {
            return nil
        }
    }

    /// A run that has a tag; nil where there is none. A run whose making was not answered is found by it.
    package func findRun(tag: TrackedText, experiment: String) throws(TrackingError) -> Run? {
        let found: MLflowAnswer.FoundRuns = try post(
            MLflowRequest.SearchRuns(
                experiment_ids: [experiment], filter: "tags.\"\(tag.key)\" = '\(tag.value)'"), to: "runs/search")
        return found.runs?.first.map { Run(id: $0.info.run_id, artifacts: $0.info.artifact_uri) }
    }

    /// Makes a run.
    package func makeRun(
        experiment: String, name: String, start: Int, tags: [TrackedText]
    ) throws(TrackingError) -> Run {
        let made: MLflowAnswer.CreatedRun = try post(
            MLflowRequest.CreateRun(experiment_id: experiment, run_name: name, start_time: start, tags: tags),
            to: "runs/create", once: true)
        return Run(id: made.run.info.run_id, artifacts: made.run.info.artifact_uri)
    }

    /// Adds metrics to a run, a thousand at most.
    package func add(_ metrics: [TrackedMetric], run: String) throws(TrackingError) {
        let _: MLflowAnswer.Nothing = try post(
            MLflowRequest.LogBatch(run_id: run, metrics: metrics), to: "runs/log-batch")
    }

    /// Sets a run's parameters. One that has another value there already is refused by the server.
    package func set(_ parameters: [TrackedText], run: String) throws(TrackingError) {
        for first in stride(from: 0, to: parameters.count, by: Self.mostParameters) {
            let part = parameters[first..<min(first + Self.mostParameters, parameters.count)].map {
                TrackedText($0.key, String($0.value.prefix(Self.longestParameter)))
            }
            let _: MLflowAnswer.Nothing = try post(
                MLflowRequest.LogBatch(run_id: run, params: part), to: "runs/log-batch")
        }
    }

    /// Sets a run's status.
    ///
    /// - Parameters:
    ///   - status: The new status.
    ///   - end: When it ended, in milliseconds since 1970; nil where it has not.
    ///   - run: Which.
    /// - Throws: `TrackingError`.
    package func set(_ status: TrackedStatus, end: Int?, run: String) throws(TrackingError) {
        let _: MLflowAnswer.Nothing = try post(
            MLflowRequest.UpdateRun(run_id: run, status: status.rawValue, end_time: end), to: "runs/update")
    }

    /// Sends a file of a run to a server that keeps such files itself.
    ///
    /// - Parameters:
    ///   - file: Its path here.
    ///   - name: What it is called there.
    ///   - folder: The run's `artifacts`.
    ///   - seconds: The most that it may take.
    /// - Returns: Whether the server keeps files; where they are elsewhere (S3, a shared folder) nothing is sent.
    /// - Throws: `TrackingError`.
    package func upload(
        _ file: String, as name: String, to folder: String, within seconds: Double
    ) throws(TrackingError) -> Bool {
        let scheme = "mlflow-artifacts:"
        guard folder.hasPrefix(scheme) else { return false }
        var path = folder.dropFirst(scheme.count)
        // mlflow-artifacts://HOST:PORT/… names the server once more.
        if path.hasPrefix("//") { path = path.dropFirst(2).drop { $0 != "/" } }
        let place = (path.split(separator: "/").map(String.init) + [name]).map(Self.escaped).joined(separator: "/")
        // The answer to a file is empty.
        _ = try body(.file(file), "/api/2.0/mlflow-artifacts/artifacts/\(place)", within: seconds)
        return true
    }

    private func post<Answer: Decodable>(
        _ request: some Encodable, to method: String, once: Bool = false
    ) throws(TrackingError) -> Answer {
        try answer(.json(JSONText.line(request)), "\(Self.interface)/\(method)", once: once)
    }

    private func answer<Answer: Decodable>(
        _ content: HTTPConnection.Content, _ path: String, once: Bool = false
    ) throws(TrackingError) -> Answer {
        let body = try body(content, path, within: timeout, once: once)
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw .unexpected(uri, answer: Self.line(String(decoding: body.prefix(400), as: UTF8.self)))
        }
        return answer
    }

    private func body(
        _ content: HTTPConnection.Content, _ path: String, within seconds: Double, once: Bool = false
    ) throws(TrackingError) -> [UInt8] {
        let (status, body) = try connection.send(content, to: path, within: seconds, once: once)
        guard status == 200 else {
            let why = try? JSONDecoder().decode(MLflowAnswer.Failure.self, from: Data(body))
            throw .rejected(
                uri, status: status, code: why?.error_code ?? "", message: Self.line(why?.message ?? ""))
        }
        return body
    }

    /// The beginning of a message, on one line.
    private static func line(_ text: String) -> String {
        String(text.prefix(200).map { $0.isNewline ? " " : $0 })
    }

    /// As part of an address.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            default: "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }.joined()
    }
}

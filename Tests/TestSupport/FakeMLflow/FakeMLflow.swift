import Foundation

/// What of MLflow's server is in use, in memory: experiments, runs, points of which the same stands once, parameters that do not
/// change, files. It fails when it is told to. What it is like was taken from MLflow 3; Scripts/tests/mlflow asks the real one.
package final class FakeMLflow: @unchecked Sendable {
    /// A point of a metric's history. MLflow's table has all of it as its key.
    package struct Point: Hashable, Sendable {
        package var key: String
        package var value: String
        package var timestamp: Int
        package var step: Int
    }

    /// A run.
    package struct Run: Sendable {
        package var experiment: String
        package var name: String
        package var start: Int
        package var tags: [String: String]
        package var status = "RUNNING"
        package var end: Int?
        package var points: Set<Point> = []
        package var parameters: [String: String] = [:]
        package var files: [String: [UInt8]] = [:]

        /// A metric's history, by step; one of two points of a step is not shown.
        package func history(_ key: String) -> [Int: String] {
            Dictionary(points.filter { $0.key == key }.map { ($0.step, $0.value) }, uniquingKeysWith: { a, _ in a })
        }
    }

    /// How a request fails.
    package enum Fault: Sendable {
        /// With a status, and nothing done.
        case status(Int)
        /// Cut off, and nothing done.
        case close
        /// Done, and cut off before the answer.
        case lostAnswer
        /// No answer.
        case hang
    }

    private let lock = NSLock()
    private var _experiments: [String] = []
    private var _runs: [String: Run] = [:]
    private var _requests: [HTTPServer.Request] = []
    private var _fault: (@Sendable (Int, HTTPServer.Request) -> Fault?)?
    private var server: HTTPServer?
    private var port: UInt16 = 0
    private let store: String

    /// Starts it.
    ///
    /// - Parameters:
    ///   - store: Where runs' files are, as it tells those who make runs.
    ///   - fault: Says of each request, by its number from 0, how it fails; nil: it does not.
    /// - Throws: Where no port is free.
    package init(
        store: String = "mlflow-artifacts:", fault: (@Sendable (Int, HTTPServer.Request) -> Fault?)? = nil
    ) throws {
        (self.store, _fault) = (store, fault)
        try start()
    }

    deinit { stop() }

    /// Starts it again, on the same port and with all that it had.
    ///
    /// - Throws: Where the port is taken.
    package func start() throws {
        let made = try HTTPServer(port: port) { [weak self] in self?.handle($0) ?? .close }
        port = made.port
        server = made
    }

    /// Ends it: connections are refused.
    package func stop() {
        server?.end()
        server = nil
    }

    /// Where it is.
    package var uri: String { "http://127.0.0.1:\(port)" }
    /// All runs by their ids.
    package var runs: [String: Run] { lock.withLock { _runs } }
    /// The only run.
    package var run: Run? { lock.withLock { _runs.count == 1 ? _runs.values.first : nil } }
    /// All requests.
    package var requests: [HTTPServer.Request] { lock.withLock { _requests } }
    /// Names of experiments.
    package var experiments: [String] { lock.withLock { _experiments } }

    /// Says how requests fail from now on.
    package func fail(_ fault: (@Sendable (Int, HTTPServer.Request) -> Fault?)?) { lock.withLock { _fault = fault } }

    private func handle(_ request: HTTPServer.Request) -> HTTPServer.Response {
        lock.withLock {
            _requests.append(request)
            switch _fault?(_requests.count - 1, request) {
            case .status(let status): return .answer(status, Array("{}".utf8))
            case .close: return .close
            case .hang: return .hang
            case .lostAnswer:
                _ = answer(request)
                return .close
            case nil: return answer(request)
            }
        }
    }

    private func refuse(_ code: String, _ message: String, _ status: Int = 400) -> HTTPServer.Response {
        json(["error_code": code, "message": message], status)
    }

    private func json(_ object: [String: Any], _ status: Int = 200) -> HTTPServer.Response {
        .answer(status, (try? JSONSerialization.data(withJSONObject: object)).map(Array.init) ?? [])
    }

    private func answer(_ request: HTTPServer.Request) -> HTTPServer.Response {
        let files = "/api/2.0/mlflow-artifacts/artifacts/"
        if request.method == "PUT", request.path.hasPrefix(files) {
            let parts = request.path.dropFirst(files.count).split(separator: "/").map(String.init)
            _runs[parts[1]]?.files[parts[3]] = request.body
            return .answer(200, [])
        }
        let path = request.path.split(separator: "?").first.map(String.init) ?? ""
        let method = path.replacingOccurrences(of: "/api/2.0/mlflow/", with: "")
        if method == "experiments/get-by-name" {
            let name = request.path.components(separatedBy: "experiment_name=").last?.removingPercentEncoding ?? ""
            guard let place = _experiments.firstIndex(of: name) else {
                return refuse("RESOURCE_DOES_NOT_EXIST", "no experiment", 404)
            }
            return json(["experiment": ["experiment_id": "\(place + 1)", "lifecycle_stage": "active"]])
        }
        guard let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any] else {
            return refuse("BAD_REQUEST", "no JSON")
        }
        switch method {
        case "experiments/create":
            let name = body["name"] as? String ?? ""
            guard !_experiments.contains(name) else { return refuse("RESOURCE_ALREADY_EXISTS", name) }
            _experiments.append(name)
            return json(["experiment_id": "\(_experiments.count)"])
        case "runs/create": return createRun(body)
        case "runs/search":
            let wanted = (body["filter"] as? String)?.components(separatedBy: "'")[1]
            let found = _runs.filter { $0.value.tags["mammo.run"] == wanted }.keys
            return json(["runs": found.map { ["info": info($0)] }])
        case "runs/log-batch": return logBatch(body)
        case "runs/update":
            let id = body["run_id"] as? String ?? ""
            _runs[id]?.status = body["status"] as? String ?? ""
            _runs[id]?.end = body["end_time"] as? Int
            return json(["run_info": info(id)])
        default: return refuse("ENDPOINT_NOT_FOUND", method, 404)
        }
    }

    private func info(_ id: String) -> [String: Any] {
        [
            "run_id": id, "status": _runs[id]?.status ?? "",
            "artifact_uri": "\(store)/\(_runs[id]?.experiment ?? "")/\(id)/artifacts",
        ]
    }

    private func createRun(_ body: [String: Any]) -> HTTPServer.Response {
        let id = "run\(_runs.count)"
        let tags = (body["tags"] as? [[String: String]] ?? []).map { ($0["key"] ?? "", $0["value"] ?? "") }
        _runs[id] = Run(
            experiment: body["experiment_id"] as? String ?? "", name: body["run_name"] as? String ?? "",
            start: body["start_time"] as? Int ?? 0, tags: Dictionary(tags, uniquingKeysWith: { a, _ in a }))
        return json(["run": ["info": info(id)]])
    }

    private func logBatch(_ body: [String: Any]) -> HTTPServer.Response {
        let id = body["run_id"] as? String ?? ""
        let metrics = body["metrics"] as? [[String: Any]] ?? []
        let parameters = body["params"] as? [[String: String]] ?? []
        guard var run = _runs[id] else { return refuse("RESOURCE_DOES_NOT_EXIST", "no run", 404) }
        guard metrics.count <= 1000, parameters.count <= 100 else {
            return refuse("INVALID_PARAMETER_VALUE", "\(metrics.count) metrics, \(parameters.count) parameters")
        }
        for parameter in parameters {
            let (key, value) = (parameter["key"] ?? "", parameter["value"] ?? "")
            if let there = run.parameters[key], there != value {
                return refuse("INVALID_PARAMETER_VALUE", "Changing param values is not allowed: \(key)")
            }
            run.parameters[key] = value
        }
        for metric in metrics {
            run.points.insert(
                Point(
                    key: metric["key"] as? String ?? "", value: "\(metric["value"] ?? "")",
                    timestamp: metric["timestamp"] as? Int ?? 0, step: metric["step"] as? Int ?? 0))
        }
        _runs[id] = run
        return json([:])
    }
}

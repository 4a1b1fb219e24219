import MammoTrack
import Synchronization
import TestSupport
import Testing

@Suite("Sending while a run is trained", .serialized, .timeLimit(.minutes(5)))
struct LiveTrackingTests {
    /// Lines that were said.
    private final class Said: Sendable {
        private let all = Mutex<[String]>([])
        var lines: [String] { all.withLock { $0 } }
        func add(_ line: String) { all.withLock { $0.append(line) } }
    }

    private var pace: LiveTracking.Pace {
        var pace = LiveTracking.Pace()
        (pace.interval, pace.longestPause, pace.patience, pace.briefPatience) = (0.01, 0.05, 0.5, 0.1)
        return pace
    }

    @Test("The server is ended and started again and again while the run goes on: each point once")
    func down() throws {
        let (run, server, said) = (try SentRun(), try FakeMLflow(), Said())
        var pace = pace
        pace.patience = 20
        let tracking = LiveTracking(try run.upload(to: server), pace: pace) { said.add($0) }
        for part in 0..<10 {
            if part % 2 == 1 { server.stop() }
            try run.train(100 * part + 1...100 * part + 100)
            // Up: until it has all of it; down: until a request has failed at the latest.
            if part % 2 == 0 {
                while server.run?.history("train/loss")[100 * part + 100] == nil {}
            } else {
                while said.lines.isEmpty {}
                try server.start()
            }
        }
        let result = tracking.finish(.finished)
        #expect(result == LiveTracking.Result(unsent: 0, problem: nil))
        try run.check(server.run, steps: 1000)
        #expect(server.runs.count == 1 && server.run?.status == "FINISHED" && server.run?.files.count == 3)
        #expect(said.lines.count == 1 && said.lines[0].contains("no answer from the MLflow server"), "\(said.lines)")
    }

    @Test("A server that never answers ends the run's wait, not the run; what is left is counted, and sent afterwards")
    func hanging() throws {
        let (run, server, said) = (try SentRun(), try FakeMLflow(), Said())
        server.fail { _, _ in .hang }
        let tracking = LiveTracking(try run.upload(to: server, timeout: 0.2), pace: pace) { said.add($0) }
        try run.train(1...300)
        let result = tracking.finish(.failed)
        #expect(result.unsent == 2 * 300 + 5 * 3 + 5 * 15 && said.lines.count == 1)
        #expect(result.problem?.hasPrefix("\(server.uri): no answer from the MLflow server: ") == true)
        server.fail(nil)
        let upload = try run.upload(to: server)
        #expect(upload.noted == .failed)
        try upload.send(upload.noted ?? .finished, withFiles: true)
        try run.check(server.run, steps: 300)
        #expect(server.run?.status == "FAILED")
    }

    @Test(
        "A server that refuses is named with what to do, once",
        arguments: [
            (401, "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"), (400, "has refused, status 400"),
            (404, "has refused, status 404"),
        ])
    func refusing(_ status: Int, _ says: String) throws {
        let (run, server, said) = (try SentRun(), try FakeMLflow { _, _ in .status(status) }, Said())
        let tracking = LiveTracking(try run.upload(to: server), pace: pace) { said.add($0) }
        try run.train(1...20)
        let result = tracking.finish(.killed)
        #expect(result.unsent == 45 && said.lines.count == 1 && said.lines[0].contains(says), "\(said.lines)")
        #expect(said.lines[0].hasSuffix("training goes on, and what is not sent stays in the run's folder"))
    }
}

import Foundation
import MammoData
import MammoTrack
import TestSupport
import Testing

@Suite("Sending a run", .timeLimit(.minutes(5)))
struct RunUploadTests {
    /// Sends until nothing fails, each time as a process that has just begun where `isNew`.
    private func send(_ run: SentRun, to server: FakeMLflow, isNew: Bool) throws {
        var upload: RunUpload? = try run.upload(to: server)
        for _ in 0..<1000 {
            do {
                try upload?.send(.finished, withFiles: true)
                return
            } catch is TrackingError {
                guard isNew else { continue }
                // The lock goes with the process.
                upload = nil
                upload = try run.upload(to: server)
            }
        }
        Issue.record("still not sent after a thousand failures")
    }

    @Test("Each point once, in batches that MLflow takes; parameters, files, status; the second time nothing")
    func whole() throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        try run.train(1...1200)
        let upload = try run.upload(to: server)
        let points = upload.unsent
        try upload.send(.finished, withFiles: true)
        try run.check(server.run, steps: 1200)
        let sent = try #require(server.run)
        #expect(upload.sent == (points, 3) && points == sent.points.count && upload.unsent == 0)
        #expect(sent.status == "FINISHED" && sent.name == "runs/a" && sent.tags["mammo.version"] == "1")
        #expect(sent.parameters.count == 130 && sent.parameters["key129"] == "value 129")
        #expect(sent.start == 1_700_000_000_000 && sent.end == 1_700_000_060_000)
        for name in RunUpload.files {
            #expect(sent.files[name] == Array("the content of \(name)\n".utf8), "\(name)")
        }
        let batches = server.requests.filter { $0.path.hasSuffix("log-batch") }
        #expect(batches.count == 2 + 3)
        let count = server.requests.count
        try upload.send(.finished, withFiles: true)
        #expect(server.requests.count == count && upload.unsent == 0)
    }

    /// Failures of requests by their number.
    static let faults: [(name: String, fault: @Sendable (Int) -> FakeMLflow.Fault?)] = [
        ("half are refused by a full server", { chance($0) < 50 ? .status(429) : nil }),
        ("two of three meet a server that is down", { chance($0) < 66 ? .status(503) : nil }),
        ("a third is cut off", { chance($0) < 33 ? .close : nil }),
        ("half are done, and their answers lost", { chance($0) < 50 ? .lostAnswer : nil }),
        ("all of that", { chance($0) < 33 ? .lostAnswer : chance($0) < 60 ? .status(500) : nil }),
    ]

    /// 0 to 99, the same for the same request.
    private static func chance(_ number: Int) -> Int {
        var random = SplitMix64(seed: UInt64(number))
        return random.next(below: 100)
    }

    @Test(
        "However the server fails, and whenever the sender is killed, each point stands once in one run",
        arguments: 0..<5)
    func failures(_ number: Int) throws {
        for isNew in [false, true] {
            let (run, fault) = (try SentRun(), Self.faults[number].fault)
            let server = try FakeMLflow { place, _ in fault(place) }
            try run.train(1...2100)
            try send(run, to: server, isNew: isNew)
            #expect(server.runs.count == 1 && server.experiments == ["rsna"], "\(Self.faults[number].name)")
            try run.check(server.run, steps: 2100)
            #expect(server.run?.status == "FINISHED" && server.run?.files.count == 3)
        }
    }

    @Test("A run that was killed and repeats steps: the same run on the server, each step once", arguments: [0, 1, 3])
    func resumed(_ lost: Int) throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        try run.train(1...730)
        // The last requests before the kill were done and not confirmed.
        server.fail { number, _ in number >= 6 - lost ? .lostAnswer : nil }
        try? run.upload(to: server).send(.running, withFiles: false)
        server.fail(nil)
        try run.resume(after: 500)
        try run.train(501...1000, later: 3600)
        let upload = try run.upload(to: server)
        try upload.send(.running, withFiles: false)
        #expect(server.run?.status == "RUNNING")
        try upload.send(.killed, withFiles: false)
        #expect(server.runs.count == 1 && server.run?.status == "KILLED" && server.run?.files.isEmpty == true)
        try run.check(server.run, steps: 1000)
        // Extended, it is running again.
        try run.train(1001...1100, later: 7200)
        try upload.send(.running, withFiles: false)
        #expect(server.run?.status == "RUNNING" && server.run?.end == nil)
        try upload.send(.finished, withFiles: true)
        try run.check(server.run, steps: 1100)
        #expect(server.run?.status == "FINISHED")
    }

    @Test("Steps are sent when system.csv says when they were; those behind its last line when the run is over")
    func times() throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        try run.train(1...100)
        try run.train(101...130, withSystem: false)
        let upload = try run.upload(to: server)
        try upload.send(.running, withFiles: false)
        #expect(server.run?.history("train/loss").count == 100)
        upload.close()
        try upload.send(.killed, withFiles: false)
        try run.check(server.run, steps: 130)
        let times = try #require(server.run).points.filter { $0.key == "train/loss" }
            .sorted { $0.step < $1.step }.map(\.timestamp)
        #expect(times.first == 1_700_000_000_050 && times.last == 1_700_000_006_500)
        #expect(zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 50) <= 1 })
    }

    @Test("A folder of a version without system.csv ended when its table was last written")
    func withoutSystem() throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        try run.train(1...20, withSystem: false)
        try FileManager.default.removeItem(atPath: "\(run.path)/system.csv")
        let upload = try run.upload(to: server)
        upload.close()
        try upload.send(.finished, withFiles: false)
        let sent = try #require(server.run)
        let modified = try #require(Files.status(of: "\(run.path)/steps.csv")).modified
        #expect(sent.points.count == 40)
        #expect(sent.points.map(\.timestamp).max() == Int((modified * 1000).rounded()))
    }

    @Test("Parameters that have changed stay as they were, files elsewhere are left, and a line says so of each")
    func notes() throws {
        let (run, server) = (try SentRun(), try FakeMLflow(store: "s3://bucket"))
        try run.train(1...100)
        server.fail { _, request in request.path.hasSuffix("log-batch") ? .lostAnswer : nil }
        let uri = try #require(TrackingURI(server.uri))
        func upload(_ value: String) throws -> RunUpload {
            try RunUpload(
                run.path, to: MLflowServer(uri, TrackingCredentials { _ in nil }), experiment: "rsna",
                RunUpload.Description(name: "a", parameters: [TrackedText("threads", value)], tags: []))
        }
        try? upload("1").send(.running, withFiles: false)
        server.fail(nil)
        let second = try upload("2")
        try second.send(.finished, withFiles: true)
        #expect(second.notes.count == 2 && second.sent.files == 0)
        #expect(second.notes[0].hasPrefix("parameters stay as they were sent first: Changing param values"))
        #expect(second.notes[1].contains("s3://bucket"))
        #expect(server.run?.parameters["threads"] == "1" && server.run?.status == "FINISHED")
        try run.check(server.run, steps: 100)
    }

    @Test("Two servers, each with all of it; of one server two experiments")
    func destinations() throws {
        let (run, first, second) = (try SentRun(), try FakeMLflow(), try FakeMLflow())
        try run.train(1...50)
        try run.upload(to: first).send(.finished, withFiles: false)
        try run.upload(to: second).send(.finished, withFiles: false)
        try run.upload(to: first, experiment: "other ünï/1").send(.finished, withFiles: false)
        try run.check(second.run, steps: 50)
        #expect(first.experiments == ["rsna", "other ünï/1"] && first.runs.count == 2)
        for sent in first.runs.values { try run.check(sent, steps: 50) }
        #expect(try TrackingState.read(in: run.path).destinations.count == 3)
    }

    @Test("One process sends a run; a state that is none is refused with what to do")
    func refusals() throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        func refusal() -> String {
            do {
                _ = try run.upload(to: server)
                return ""
            } catch {
                return "\(error)"
            }
        }
        do {
            let upload = try run.upload(to: server)
            #expect(refusal().hasSuffix("another process is sending this run; it goes on by itself"))
            _ = upload.unsent
        }
        #expect(refusal().isEmpty)
        try run.folder.write("{}", to: "mlflow.json")
        #expect(
            refusal() == "\(run.path)/mlflow.json: does not say what was sent; remove it, and the run is sent to "
                + "MLflow as a new one")
    }
}

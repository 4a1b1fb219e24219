import Foundation
import MammoData
import MammoTrack
import MammoTrain
import TestSupport
import Testing

@Suite("mammo track, and train --mlflow", .serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(15)))
struct TrackCommandTests {
    /// The demo set at 64x32, in a folder.
    private struct Images {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            let made = try Tool.preprocessDemo(to: "\(folder.path)/png", size: "64x32")
            #expect(made.status == 0)
        }

        func command(_ out: String, epochs: Int = 4) -> [String] {
            [
                "train", "--images", "\(folder.path)/png", "--csv", Fixtures.path("train.csv"), "--weights",
                Fixtures.path("micro/weights.safetensors"), "--arch", "micro", "--folds", "2", "--batch-size", "3",
                "--epochs", "\(epochs)", "--lr", "1e-3", "--quiet", "--out", out,
            ]
        }
    }

    /// Proxies of the environment lead nowhere: what is on this machine is reached without one.
    private let environment = [
        "http_proxy": "http://127.0.0.1:9", "MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "secret",
        "MLFLOW_EXPERIMENT_NAME": "from the environment",
    ]

    /// Whether a server has the steps of a run's table, each once.
    private func check(_ run: String, on server: FakeMLflow) throws {
        let steps = try StepLog.read("\(run)/steps.csv")
        let sent = try #require(server.run)
        let losses = sent.points.filter { $0.key == "train/loss" }
        #expect(losses.count == steps.count && sent.history("train/loss").count == steps.count)
        for step in steps {
            #expect(sent.history("train/loss")[step.step].flatMap { Double($0) } == step.loss)
            #expect(sent.history("train/lr")[step.step].flatMap { Double($0) } == step.lr)
        }
        let epochs = try EpochLog.read("\(run)/epochs.csv")
        #expect(sent.history("validation/best_f1_breast").count == epochs.count)
        let system = try SystemTable(path: "\(run)/system.csv")
        #expect(sent.points.count { $0.key == "system/process_memory_usage_megabytes" } == system.rows.count)
        let rows = try RunFolder.configuration(in: run).rows
        #expect(sent.parameters.count == rows.count && sent.parameters["batch_size"] == "3")
        #expect(sent.files["best.safetensors"] == (try Files.read("\(run)/best.safetensors")))
        #expect(sent.files.keys.sorted() == RunUpload.files.sorted() && sent.status == "FINISHED")
    }

    @Test("A run is sent while it trains; killed and resumed it is the same run on the server; no secret is written")
    func live() throws {
        let (images, server) = (try Images(), try FakeMLflow())
        let run = "\(images.folder.path)/run"
        let killed = try Tool.run(
            images.command(run) + ["--mlflow", server.uri],
            environment: environment.merging(["MAMMO_TEST_SIGNAL": "KILL:step:7"]) { $1 })
        #expect(killed.status == SIGKILL)
        let resumed = try Tool.run(["train", "--resume", run, "--price", "3600", "--json"], environment: environment)
        #expect(resumed.status == 0 && !resumed.error.contains("warning"), "\(resumed.error)")
        #expect(resumed.output.contains(#""cost":"#) && !resumed.output.contains("energy_kwh"))
        try check(run, on: server)
        #expect(server.experiments == ["from the environment"])
        #expect(server.run?.name.hasSuffix("/run") == true)
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Basic YW5uOnNlY3JldA==" })
        for name in Files.names(in: run) {
            let text = String(decoding: try Files.read("\(run)/\(name)"), as: UTF8.self)
            #expect(!text.contains("secret") && !text.contains("YW5u"), "\(name)")
        }
        // Nothing is left.
        let again = try Tool.run(["track", run, "--json"], environment: environment)
        #expect(again.status == 0 && again.output.contains(#""files":0,"points":0"#), "\(again.output)\(again.error)")
        // Extended, it goes on there.
        let more = try Tool.run(["train", "--resume", run, "--epochs", "6"], environment: environment)
        #expect(more.status == 0, "\(more.error)")
        #expect(server.run?.history("epoch/number").count == 6 && server.run?.status == "FINISHED")
    }

    @Test("A server that is not there: training ends well, says what is left, and mammo track sends it")
    func away() throws {
        let (images, server) = (try Images(), try FakeMLflow())
        server.stop()
        let run = "\(images.folder.path)/run"
        let trained = try Tool.run(
            images.command(run) + ["--mlflow", server.uri, "--experiment", "rsna"], environment: environment)
        #expect(trained.status == 0)
        let lines = trained.error.split(separator: "\n").map(String.init)
        #expect(lines.count { $0.contains("no answer from the MLflow server") } == 1, "\(trained.error)")
        #expect(lines.last?.hasSuffix(" points not sent; mammo track \(run) sends them") == true, "\(trained.error)")
        try server.start()
        let sent = try Tool.run(["track", run, "\(images.folder.path)/png"], environment: environment)
        #expect(sent.status == 3 && sent.error.contains("png: holds no run"), "\(sent.error)")
        #expect(sent.output.contains("3 files; \(server.uri)/#/experiments/1/runs/run0"), "\(sent.output)")
        #expect(server.experiments == ["rsna"])
        try check(run, on: server)
    }

    @Test("mammo track without a server, with credentials in its address, and with one that refuses")
    func refusals() throws {
        let images = try Images()
        let run = "\(images.folder.path)/run"
        #expect(try Tool.run(images.command(run, epochs: 1)).status == 0)
        let nowhere = try Tool.run(["track", run])
        #expect(nowhere.status == 1 && nowhere.error.contains("give --mlflow URI, or set MLFLOW_TRACKING_URI"))
        let secret = try Tool.run(["track", run, "--mlflow", "https://ann:secret@host"])
        #expect(secret.status == 64 && secret.error.contains("--mlflow is https://host, expected no user or password"))
        #expect(!secret.error.contains("secret"))
        let server = try FakeMLflow()
        let found = try Tool.run(["track", run], environment: ["MLFLOW_TRACKING_URI": server.uri])
        #expect(found.status == 0 && server.experiments == ["mammo"], "\(found.error)")
        try check(run, on: server)
    }

    @Test("On a card, system.csv, TensorBoard and MLflow have the card's figures, the summary its energy")
    func card() throws {
        let plugin = try #require(EmulatedPlugin.built)
        let (images, server) = (try Images(), try FakeMLflow())
        let run = "\(images.folder.path)/run"
        let nvml = try FakeNVML.build(in: images.folder)
        let trained = try Tool.run(
            images.command(run, epochs: 1) + [
                "--mlflow", server.uri, "--device", "cuda", "--cuda-plugin", plugin, "--price", "2",
            ], environment: ["MAMMO_NVML": nvml])
        #expect(trained.status == 0, "\(trained.error)")
        #expect(trained.output.contains(" kWh of the cards, cost 0.0"), "\(trained.output)")
        let table = try SystemTable(path: "\(run)/system.csv")
        let place = try #require(table.columns.firstIndex(of: "gpu_0_uuid"))
        for row in table.rows {
            #expect(
                row[place...].prefix(6) == [FakeNVML.whole, "87.000", "12345.000", "250.500", "61.000", "1250.000"])
        }
        #expect(
            try #require(server.run).points.count { $0.key == "system/gpu_0_power_usage_watts" } == table.rows.count)
        let events = try RunFolder(run, .resumed).eventFiles.map { String(decoding: try Files.read($0), as: UTF8.self) }
        #expect(events.joined().contains("system/gpu_0_temperature_celsius"))
        let report = String(decoding: try Files.read("\(run)/report.html"), as: UTF8.self)
        #expect(report.contains("kWh of the cards") && report.contains("cost at 2.00 an hour"))
    }
}

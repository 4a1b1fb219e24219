import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo train", .serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(15)))
struct TrainCommandTests {
    /// The demo set at 128x64, in a folder.
    private struct Images {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            let made = try Tool.preprocessDemo(to: "\(folder.path)/png", size: "128x64")
            #expect(made.status == 0)
        }

        /// A run that has everything with a state, and takes a checkpoint after every step.
        func command(_ out: String) -> [String] {
            [
                "train", "--images", "\(folder.path)/png", "--csv", Fixtures.path("train.csv"), "--weights",
                Fixtures.path("micro/weights.safetensors"), "--arch", "micro", "--folds", "2", "--batch-size", "3",
                "--epochs", "6", "--lr", "1e-3", "--augment", "hflip,mixup=0.2", "--ema", "0.9", "--accumulate", "2",
                "--drop-path", "0.2", "--freeze", "20", "--unfreeze", "3:4,5:0@1e-4", "--schedule", "restarts",
                "--checkpoint-minutes", "0", "--keep", "last,every=4", "--out", out,
            ]
        }
    }

    /// What a run comes to: the same bytes, but for how long things took.
    private func result(_ run: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in ["best.safetensors", "validation.csv", "last.checkpoint", "config.yaml"] {
            files[name] = try Files.read("\(run)/\(name)")
        }
        for name in Files.names(in: run) where name.hasPrefix("epoch-") {
            files[name] = try Files.read("\(run)/\(name)")
        }
        for (name, kept) in [("steps.csv", 4), ("epochs.csv", 19)] {
            let text = String(decoding: try Files.read("\(run)/\(name)"), as: UTF8.self)
            files[name] = Array(
                text.split(separator: "\n").map { $0.split(separator: ",").prefix(kept).joined(separator: ",") }
                    .joined(separator: "\n").utf8)
        }
        return files
    }

    @Test("Killed after any step and while any file is written, and gone on with: the same bytes as an undisturbed run")
    func killed() throws {
        let images = try Images()
        let whole = "\(images.folder.path)/whole"
        let done = try Tool.run(images.command(whole) + ["--json"])
        #expect(done.status == 0 && done.output.contains(#""outcome":"finished""#), "\(done.error)")
        let expected = try result(whole)
        let table = String(decoding: try #require(expected["steps.csv"]), as: UTF8.self)
        let steps = table.split(separator: "\n").count - 1
        try #require(steps > 5)
        #expect(
            expected.keys.filter { $0.hasPrefix("epoch-") }.sorted() == [
                "epoch-004.safetensors", "epoch-006.safetensors",
            ])
        // A step is killed before its checkpoint: each part but the first makes one step fewer than it is killed after.
        let files = [
            "last.checkpoint", "best.safetensors", "epoch-004.safetensors", "validation.csv", "report.html",
            "config.yaml",
        ]
        let moments = (2...steps).map { "step:\($0)" } + files.map { "rename:\($0)" }
        for moment in moments {
            let run = "\(images.folder.path)/\(moment)"
            var status: Int32 = SIGKILL
            var kills = 0
            while status == SIGKILL && kills <= steps {
                let isNew = !FileManager.default.fileExists(atPath: "\(run)/config.yaml")
                if isNew { try? FileManager.default.removeItem(atPath: run) }
                let command = isNew ? images.command(run) : ["train", "--resume", run, "--threads", "\(1 + kills % 3)"]
                // Such a file is written by every part: only the first is killed at it.
                let isKilled = moment.hasPrefix("step:") || kills == 0
                let environment = isKilled ? ["MAMMO_TEST_SIGNAL": "KILL:\(moment)"] : [:]
                status = try Tool.run(command, environment: environment).status
                if status == SIGKILL { kills += 1 }
            }
            #expect(status == 0 && kills > 0, "\(moment): status \(status) after \(kills) kills")
            var found = try result(run)
            // It says with how many threads.
            var wanted = expected
            (found["config.yaml"], wanted["config.yaml"]) = (nil, nil)
            #expect(found.keys.sorted() == wanted.keys.sorted(), "\(moment)")
            for (name, bytes) in wanted { #expect(found[name] == bytes, "\(name) of \(moment)") }
        }
    }

    @Test(
        "Ctrl-C writes a checkpoint and says how to go on; SIGTERM too, though it come twice",
        arguments: ["INT", "TERM,TERM"])
    func interrupted(_ signals: String) throws {
        let images = try Images()
        let run = "\(images.folder.path)/run"
        let stopped = try Tool.run(
            images.command(run) + ["--epochs", "2000"], environment: ["MAMMO_TEST_SIGNAL": "\(signals):step:3"])
        #expect(stopped.status == 130 && stopped.error.contains("mammo train --resume \(run) resumes it"))
        let more = try Tool.run(["train", "--resume", run, "--lr", "1"])
        #expect(more.status == 64 && more.error.contains("lr"), "\(more.error)")
        let again = try Tool.run(images.command(run))
        #expect(again.status == 1 && again.error.contains("already holds a run"))
    }

    @Test("A finished run is extended, and killed and gone on with comes to the same bytes")
    func extended() throws {
        let images = try Images()
        let (run, copy) = ("\(images.folder.path)/run", "\(images.folder.path)/copy")
        #expect(try Tool.run(images.command(run) + ["--epochs", "5"]).status == 0)
        try FileManager.default.copyItem(atPath: run, toPath: copy)
        let more = try Tool.run(["train", "--resume", run, "--epochs", "7"])
        #expect(more.status == 0 && more.error.contains("extended from 5 to 7 epochs after step"), "\(more.error)")
        for (options, moment) in [
            (["--epochs", "7"], "rename:config.yaml"), (["--epochs", "7"], "step:2"), ([], "step:1"),
        ] {
            let killed = try Tool.run(
                ["train", "--resume", copy] + options, environment: ["MAMMO_TEST_SIGNAL": "KILL:\(moment)"])
            #expect(killed.status == SIGKILL, "\(moment): \(killed.error)")
        }
        #expect(try Tool.run(["train", "--resume", copy]).status == 0)
        let (found, expected) = (try result(copy), try result(run))
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, bytes) in expected where name != "config.yaml" { #expect(found[name] == bytes, "\(name)") }
    }

    @Test("A run goes on where its images have moved, and with no others")
    func moved() throws {
        let images = try Images()
        let (run, elsewhere) = ("\(images.folder.path)/run", "\(images.folder.path)/elsewhere")
        #expect(try Tool.run(images.command(run) + ["--epochs", "5"]).status == 0)
        try FileManager.default.moveItem(atPath: "\(images.folder.path)/png", toPath: elsewhere)
        let gone = try Tool.run(["train", "--resume", run])
        #expect(gone.status == 1 && gone.error.contains("\(images.folder.path)/png"), "\(gone.error)")
        let found = try Tool.run(["train", "--resume", run, "--images", elsewhere])
        #expect(found.status == 0, "\(found.error)")

        // The same images with a label turned round.
        var lines = String(decoding: try Files.read(Fixtures.path("train.csv")), as: UTF8.self).split(separator: "\n")
        let column = try #require(lines[0].split(separator: ",").firstIndex(of: "cancer"))
        var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false)
        fields[column] = fields[column] == "1" ? "0" : "1"
        lines[1] = Substring(fields.joined(separator: ","))
        let other = "\(images.folder.path)/other.csv"
        try Files.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: other)
        let refused = try Tool.run(["train", "--resume", run, "--csv", other])
        #expect(refused.status == 1, "\(refused.error)")
        #expect(refused.error.contains("belongs to a run on other images (training images: "), "\(refused.error)")
    }

    @Test("A dry run says what would be and writes nothing")
    func dryRun() throws {
        let images = try Images()
        let run = "\(images.folder.path)/run"
        let dry = try Tool.run(images.command(run) + ["--dry-run"])
        #expect(dry.status == 0 && dry.output.contains("positives a batch") && dry.output.contains("time"))
        #expect(!FileManager.default.fileExists(atPath: run))
    }

    @Test("What was trained is what infer and score take")
    func usedByTheOthers() throws {
        let images = try Images()
        let run = "\(images.folder.path)/run"
        #expect(try Tool.run(images.command(run) + ["--quiet"]).status == 0)
        let submission = "\(images.folder.path)/submission.csv"
        let made = try Tool.run([
            "infer", "--weights", "\(run)/best.safetensors", "--png-dir", "\(images.folder.path)/png", "--csv",
            Fixtures.path("train.csv"), "--out", submission, "--quiet",
        ])
        #expect(made.status == 0, "\(made.error)")
        #expect(try Tool.run(["score", "--predictions", "\(run)/validation.csv"]).status == 0)
        // Other pixels than those it was trained on are refused.
        let other = try Tool.run([
            "infer", "--weights", "\(run)/best.safetensors", "--png-dir", Fixtures.path("train_goldens"), "--csv",
            Fixtures.path("train.csv"), "--out", submission, "--quiet",
        ])
        #expect(other.status != 0)
    }

    @Test("Several processes without the plugin, and Slurm's tasks without MPI, are told what to do")
    func processes() throws {
        let images = try Images()
        let command = images.command("\(images.folder.path)/run").map { "'\($0)'" }.joined(separator: " ")
        let plugin = "\(images.folder.path)/libmammo_mpi.so"
        let environment = "export OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 MAMMO_MPI_PLUGIN='\(plugin)'"
        let missing = try Tool.shell("\(environment); mammo \(command)")
        #expect(missing.status == 1 && missing.output.contains("there is no \(plugin)"), "\(missing.output)")
        #expect(missing.output.contains("Scripts/build-mpi"))
        try images.folder.write("no library", to: "libmammo_mpi.so")
        let damaged = try Tool.shell("\(environment); mammo \(command)")
        #expect(damaged.status == 1 && damaged.output.contains("Scripts/build-mpi"), "\(damaged.output)")
        let alone = try Tool.shell("export SLURM_NTASKS=4; mammo \(command) --dry-run")
        #expect(alone.status == 0 && alone.output.contains("warning: Slurm has 4 tasks"), "\(alone.output)")
    }

    @Test(
        "Wrong arguments are named",
        arguments: [
            (["--images", "png", "--csv", "t.csv", "--weights", "w"], "give --out FOLDER"),
            (["--out", "r", "--csv", "t.csv", "--weights", "w"], "--images is not given"),
            (["--out", "r", "--lr", "fast"], "--lr is fast, expected a number"),
            (["--out", "r", "--images", "p", "--csv", "t", "--weights", "w", "--arch", "huge"], "--arch is huge"),
            (["--out", "r", "--images", "p", "--csv", "t", "--weights", "w", "--fold", "4"], "--fold is 4"),
            (["--out", "r", "--resume", "r"], "--resume contradicts --out, --config and --force"),
        ])
    func wrong(_ arguments: [String], _ message: String) throws {
        let result = try Tool.run(["train"] + arguments)
        #expect(result.status == 64 && result.error.contains(message), "\(result.error)")
    }
}

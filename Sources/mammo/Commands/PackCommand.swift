import ArgumentParser
import MammoBase
import MammoData
import MammoTrain

struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Pack the results of training runs into one zip archive.",
        discussion: """
            EXAMPLES
              mammo pack --out exp_outputs.zip runs/a
              mammo pack --out exp_outputs.zip runs/*

            Packs config.yaml, steps.csv, epochs.csv, validation.csv, best.safetensors, TensorBoard's events and reports \
            (*.html) of each run under the folder's own name; never a checkpoint, never the archive itself. manifest.json \
            lists every file with its length and SHA-256. The same files give the same archive, to the byte. A run that is \
            being trained is packed as it is now.
            """)

    @Argument(
        help: ArgumentHelp("Run folders: each the --out of a mammo train.", valueName: "run"), completion: .directory)
    var runs: [String]

    @Option(help: ArgumentHelp("The archive to write.", valueName: "file.zip"), completion: .archive)
    var out: String

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard out.hasSuffix(".zip") else {
            throw ValidationError("--out is \(out), expected a name that ends in .zip")
        }
    }

    func run() throws {
        try Console.run("pack") {
            let archive = RunArchive(runs)
            for problem in archive.refused { Console.error("mammo pack: \(problem)") }
            guard !archive.runs.isEmpty else { throw ExitStatus.nothingDone }
            let bare = archive.runs.filter { !$0.hasWeights }.map(\.folder)
            for run in bare { Console.error("mammo pack: warning: \(run): no best.safetensors yet") }
            let progress = Progress(
                total: archive.runs.map(\.files.count).reduce(0, +), unit: "file", style: .suited(quiet: quiet))
            let sum = try progress.during {
                try archive.write(to: out, version: BuildVersion.number) { _, bytes in progress.advance(bytes: bytes) }
            }
            let summary = Summary(
                archive: out, bytes: sum.bytes, failed: archive.refused.count, files: sum.files,
                runs: archive.runs.map(\.name), without_weights: bare)
            if json { Console.out(JSONText.line(summary)) } else { report(archive, summary) }
            throw ExitStatus.ofBatch(done: archive.runs.count, failed: archive.refused.count)
        }
    }

    private struct Summary: Encodable {
        var archive: String
        var bytes: Int
        var failed: Int
        var files: Int
        var runs: [String]
        var without_weights: [String]
    }

    private func report(_ archive: RunArchive, _ summary: Summary) {
        for run in archive.runs where !run.leftOut.isEmpty {
            Console.out("\(run.name): \(run.files.count.of("file")); left out: \(run.leftOut.joined(separator: ", "))")
        }
        let packed = Files.status(of: out)?.bytes ?? 0
        Console.out(
            "\(archive.runs.count.of("run")), \(summary.files.of("file")) of \(summary.bytes.asBytes) in \(out) (\(packed.asBytes))"
        )
    }
}

import ArgumentParser
import MammoBase
import MammoData
import MammoTrain

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare training runs: settings that differ, figures, curves.",
        discussion: """
            EXAMPLES
              mammo compare runs/a runs/b
              mammo compare runs/* --out compare.html
              mammo compare cv/fold-* --json

            Prints the settings in which the runs differ and each run's figures, those of the best epoch, by the names that \
            epochs.csv has. --out gets a page with the runs' curves over each other. A run that goes on is compared as it is \
            now. A folder that holds no run is named, and the others are compared.
            """)

    @Argument(
        help: ArgumentHelp("Run folders: each the --out of a mammo train.", valueName: "run"), completion: .directory)
    var runs: [String]

    @Option(
        help: ArgumentHelp("The page to write.", valueName: "file.html"), completion: .file(extensions: ["html"]))
    var out: String?

    @Flag(help: "Print the comparison as JSON.")
    var json = false

    func validate() throws {
        if let out, !out.lowercased().hasSuffix(".html") {
            throw ValidationError("--out is \(out), expected a name that ends in .html")
        }
    }

    func run() throws {
        try Console.run("compare") {
            var found: [ComparedRun] = []
            for path in runs {
                do throws(DataError) { found.append(try ComparedRun(path)) } catch {
                    Console.error("mammo compare: \(error)")
                }
            }
            guard !found.isEmpty else { throw ExitStatus.nothingDone }
            let comparison = RunComparison(found)
            if let out { try Files.write(Array(comparison.html.utf8), to: out) }
            if json { Console.out(comparison.json) } else { TextTable.print(comparison.tables) }
            throw ExitStatus.ofBatch(done: found.count, failed: runs.count - found.count)
        }
    }
}

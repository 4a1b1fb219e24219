import ArgumentParser
import CProcess
import MammoBase

@main
enum Program {
    static func main() {
        cprocess_open_standard_files()
        cprocess_keep_memory()
        Launch.run(FileName.arguments(CommandLine.argc, CommandLine.unsafeArgv))
    }
}

/// The command line: it names the subcommands, and nothing else happens here.
package struct Mammo: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "mammo",
        abstract: "Screening mammograms from DICOM to a scored prediction.",
        discussion: """
            EXAMPLES
              mammo preprocess --images train_images --csv train.csv --out png

            Exit status: 0 all done; 3 some inputs failed; 1 nothing could be done; 64 wrong arguments; 69 a device that \
            was asked for is not available; 130 interrupted.

            The manual pages and Documentation/formats.md describe the files and the keys of --json.
            """,
        groupedSubcommands: [
            CommandGroup(name: "All stages", subcommands: [RunCommand.self]),
            CommandGroup(
                name: "Data",
                subcommands: [
                    TableCommand.self, SplitCommand.self, PreprocessCommand.self, InspectCommand.self, GridCommand.self,
                ]),
            CommandGroup(
                name: "Train",
                subcommands: [TrainCommand.self, CrossValidateCommand.self, WeightsCommand.self, TrackCommand.self]),
            CommandGroup(
                name: "Evaluate",
                subcommands: [InferCommand.self, ScoreCommand.self, CalibrateCommand.self, CompareCommand.self]),
            CommandGroup(name: "Other", subcommands: [PackCommand.self, DoctorCommand.self]),
        ])

    @Flag(name: [.customShort("V"), .customLong("version")], help: "Print the version.")
    var printsVersion = false

    package init() {}

    package func validate() throws {
        if printsVersion { throw CleanExit.message(BuildVersion.line) }
    }
}

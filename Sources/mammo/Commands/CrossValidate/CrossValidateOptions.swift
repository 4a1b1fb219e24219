import ArgumentParser
import MammoData
import MammoPipeline
import MammoTrain

/// All that `cross-validate` takes: what `train` takes of every fold, and how the folds are trained.
package struct CrossValidateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder for all folds and results.", discussion: "The same command resumes what it holds.",
            valueName: "folder"),
        completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp(
            "Read options of train from this file.",
            discussion: """
                Keys are those of a run's config.yaml, or those of mammo run (of which images, the DICOM files, are not \
                taken); options on the command line take precedence.
                """,
            valueName: "file"),
        completion: .configuration)
    var config: String?

    @Option(help: ArgumentHelp("Trainings of each fold, from --seed on.", valueName: "n"))
    var seeds = 1

    @Option(
        help: ArgumentHelp(
            "One process for each: cpu or cuda:0,cuda:1.",
            discussion: "Each trains one fold at a time. By default --device.", valueName: "list"))
    var devices: DeviceList?

    @Flag(help: "Check everything, print the plan, train nothing.")
    var dryRun = false

    @OptionGroup var settings: TrainSettingOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the results as JSON.")
    var json = false

    package init() {}

    package func validate() throws {
        try Validation.check("--seeds", seeds, in: 1...1000)
        guard devices == nil || settings.machine.device == nil else {
            throw ValidationError("--devices contradicts --device; give one of them")
        }
        guard settings.machine.processes == nil else {
            throw ValidationError("--processes is for mammo train; here each of --devices has one process")
        }
        // A file that cannot be read is no wrong argument: configuration() says so again when the command runs.
        do { _ = try configuration() } catch is DataError {}
    }

    /// Reads the keys of a run's config.yaml, or of a settings file of `mammo run`, where training's keys are a part.
    private static func read(_ path: String, into configuration: inout TrainingConfiguration) throws {
        let file = try RunFile(path: path)
        guard RunKey.besidesTraining.contains(where: { file.line(of: $0) != nil }) else {
            return try ConfigurationFile(path: path).apply(to: &configuration)
        }
        if let problem = file.problems.first { throw ValidationError("--config: \(problem)") }
        guard !file.settings.presentationOnly else {
            throw ValidationError(
                "--config: \(file.problem("presentation_only", "found true, expected false: images are those of --csv; give the presentation.csv of mammo run as --csv, and remove this line"))"
            )
        }
        configuration = file.settings.training
        configuration.csv = file.settings.csv
    }

    /// The configuration of all folds, checked.
    func configuration() throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        if let config { try Self.read(config, into: &configuration) }
        settings.apply(to: &configuration)
        if let first = devices?.devices.first { configuration.device = first }
        configuration.processes = nil
        try TrainSetting.check(configuration)
        return configuration
    }
}

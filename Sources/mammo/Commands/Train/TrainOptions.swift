import ArgumentParser
import MammoCompute
import MammoData
import MammoTrain

/// All that `train` takes. An option wins over the file of --config, or over what the run of --resume was started with, and
/// that over the default.
package struct TrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The run folder; created if missing.", valueName: "folder"), completion: .directory)
    var out: String?

    @Option(
        help: ArgumentHelp("Resume the run in this folder, to the same bits.", valueName: "folder"),
        completion: .directory)
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Read options from this file.",
            discussion: "Keys are those of a run's config.yaml; options on the command line take precedence.",
            valueName: "file"),
        completion: .configuration)
    var config: String?

    @Flag(help: "Remove the run that the folder holds; start over.")
    var force = false

    @Flag(help: "Print what would be done, and train nothing.")
    var dryRun = false

    @OptionGroup var settings: TrainSettingOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    /// The process that started this one for one of its folds.
    @Option(help: .hidden)
    var parent: Int?

    package init() {}

    package func validate() throws {
        guard resume == nil || (out == nil && config == nil && !force) else {
            throw ValidationError(
                "--resume contradicts --out, --config and --force: a run resumes in its own folder; give --resume alone"
            )
        }
        guard resume != nil || out != nil || dryRun else {
            throw ValidationError(
                "--out is not given; give --out FOLDER for a new run, or --resume FOLDER to resume one")
        }
        // A file that cannot be read is no wrong argument: request() says so again when the command runs.
        do { _ = try request() } catch is DataError {}
    }

    /// What is to be done.
    ///
    /// - Parameter started: How many processes there are.
    /// - Returns: The configuration, checked, and where the run is to be.
    /// - Throws: `DataError` where a file cannot be read or used; `ValidationError` for what cannot be.
    package func request(started: Int = ProcessLaunch.current.count) throws -> TrainRequest {
        var configuration = TrainingConfiguration()
        var earlier = try resume.map { try RunFolder.configuration(in: $0) }
        do throws(ConfigurationError) {
            try earlier?.divide(among: started)
        } catch {
            throw TrainSetting.refusal(error)
        }
        if let earlier { configuration = earlier }
        if let config { try ConfigurationFile(path: config).apply(to: &configuration) }
        settings.apply(to: &configuration)
        if configuration.processes == nil && started > 1 { configuration.processes = started }
        if let wanted = configuration.processes, wanted != started, !dryRun {
            throw ValidationError(
                "--processes is \(wanted), but there \(started == 1 ? "is 1" : "are \(started)"): start "
                    + "mpirun -n \(wanted) mammo train, or give --processes \(started)")
        }
        try TrainSetting.check(configuration)
        if let earlier, let resume {
            let differences = configuration.differences(from: earlier)
            guard differences.isEmpty else {
                throw ValidationError(
                    "\(resume) was started with other settings (\(differences.joined(separator: "; "))); resume it with those, "
                        + "or start a new run with --out.")
            }
        }
        return TrainRequest(
            configuration: configuration, folder: resume ?? out,
            opening: resume != nil ? .resumed : force ? .forced : .new, isDry: dryRun)
    }
}

/// What `train` is to do.
package struct TrainRequest: Sendable {
    /// Every parameter, checked.
    package let configuration: TrainingConfiguration
    /// The run's folder; nil where nothing is to be trained.
    package let folder: String?
    /// What is done with a run that the folder holds.
    package let opening: RunFolder.Opening
    /// Whether nothing is to be trained.
    package let isDry: Bool
}

import ArgumentParser
import MammoCompute
import MammoData
import MammoPipeline

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run all stages from one settings file, from DICOM to a score.",
        discussion: """
            EXAMPLES
              mammo run --example > run.yaml
              mammo run run.yaml --dry-run
              mammo run run.yaml

            Runs split, preprocess, train, infer and score, and, where test_csv is given, predicts a submission and checks it. The same command again skips what is done and resumes what was interrupted or killed, with the same results.

            The file has one key: value a line: images, csv, out, size, decode and other options of preprocess, presentation_only, folds, fold, shuffle_seed, jobs, tta, test_images, test_csv, and the options of train with _ for -. device, amp, kernels and threads are used for predictions as well. All settings, tables, folders, weights and the device are checked before the first stage, and all problems are reported at once with file, line and key (exit status 64).

            out gets folds/folds.csv, presentation.csv (where presentation_only is true: the table's rows that are left), png, run (weights, tables, report.html), validation.csv (the table's rows of the validation fold), images.csv (their logits), predictions.csv (their breasts), score.json, report.html, submission.csv and test-images.csv, and stages/NAME.json: the settings and input hashes that each stage was made with. Where these differ from the file's, the run is rejected and the settings are named.

            A stage that skips some inputs names them; the next stages continue, and the exit status is 3. Progress and the stages' own summaries go to standard error, the list of results to standard output.
            """)

    @Argument(help: ArgumentHelp("The settings.", valueName: "config.yaml"), completion: .configuration)
    var config: String?

    @Flag(help: "Print an example settings file.")
    var example = false

    @Flag(
        help: ArgumentHelp(
            "Check everything, print the plan, run nothing.",
            discussion: "The plan has, for each stage, whether it is done, will resume or is to do, and its settings."))
    var dryRun = false

    @OptionGroup var cuda: CUDAOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the results as JSON.")
    var json = false

    func validate() throws {
        guard (config != nil) != example else {
            throw ValidationError("CONFIG.yaml is not given; --example prints an example")
        }
    }

    func run() throws {
        guard let config else {
            // The text has its line end.
            return Console.out(String(RunExample.text.dropLast()))
        }
        try Console.run("run") {
            try Processes.expectOne("run", "start it without mpirun or srun, or train in several by mammo train")
            let file = try settings(config)
            for note in file.notes { Console.error("mammo run: warning: \(note)") }
            do {
                let plans = try RunPreparation(file, cuda).plans()
                if dryRun { return RunPlanReport(plans).print(json: json) }
                var session = RunSession(file, StageCommands(file.settings, cuda, quiet: quiet), quiet: quiet)
                throw try session.run(json: json)
            } catch let problems as RunProblems {
                for problem in problems.all { Console.error("mammo run: \(problem)") }
                if problems.all.count > 1 {
                    Console.error("mammo run: \(problems.all.count) problems in \(config); no stage was started")
                }
                throw problems.all.allSatisfy(\.isDevice) ? ExitStatus.unavailable : ExitCode.validationFailure
            }
        }
    }

    private func settings(_ path: String) throws -> RunFile {
        do throws(DataError) { return try RunFile(path: path) } catch {
            Console.error("mammo run: \(error); mammo run --example prints an example")
            throw ExitStatus.nothingDone
        }
    }
}

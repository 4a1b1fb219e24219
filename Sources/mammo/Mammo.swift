import ArgumentParser
import CProcess

@main
enum Program {
    static func main() {
        cprocess_open_standard_files()
        cprocess_keep_memory()
        Mammo.main()
    }
}

/// The command line: it names the subcommands, and nothing else happens here.
struct Mammo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mammo",
        abstract: "Screening mammograms from DICOM to a scored prediction.",
        discussion: """
            EXAMPLES
              mammo split --csv train.csv --parts 8 --out parts
              mammo split --csv train.csv --folds 4 --out folds
              mammo preprocess --images train_images --list parts/part-0.txt --out png
              mammo inspect train_images/10006/462822612.dcm
              mammo grid --images png --csv train.csv --label 1 --out grid.png
              mammo weights best.safetensors
              mammo train --images png --csv train.csv --weights convnext_tiny-983f1562.pth --out runs/a
              mammo infer --weights best.safetensors --png-dir png --csv test.csv --out submission.csv
              mammo score --predictions submission.csv --labels train.csv --report report.html
              mammo pack --out exp_outputs.zip runs/a
              mammo doctor --dicom-dir train_images

            Exit status: 0 all done; 3 some inputs failed; 1 nothing could be done; 64 wrong arguments;
            130 interrupted.
            """,
        version: BuildVersion.line,
        subcommands: [
            SplitCommand.self, PreprocessCommand.self, InspectCommand.self, GridCommand.self, WeightsCommand.self,
            TrainCommand.self, InferCommand.self, ScoreCommand.self, PackCommand.self,
            DoctorCommand.self,
            RunCommand.self,
        ])
}

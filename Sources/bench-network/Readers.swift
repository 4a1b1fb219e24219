import ArgumentParser
import MammoBase
import MammoData

/// Times the readers of training by themselves: decoding and augmentation, without a network.
struct Readers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the seconds in which training's readers load each epoch of images, one a line.",
        discussion: """
            EXAMPLE
              bench-network readers --csv train.csv --images png --workers 2 --augment hflip,rotate=10

            Images are decoded and augmented as mammo train does, and dropped.
            """)

    @Option(help: ArgumentHelp("The table of images, with labels.", valueName: "file"))
    var csv: String

    @Option(help: ArgumentHelp("The folder of PNGs, all of one size.", valueName: "folder"))
    var images: String

    @Option(help: ArgumentHelp("Threads that load images.", valueName: "n"))
    var workers = 2

    @Option(help: ArgumentHelp("Augmentations, as mammo train takes them.", valueName: "list"))
    var augment = "none"

    @Option(help: ArgumentHelp("Epochs that are timed, after one that is not.", valueName: "n"))
    var runs = 3

    func run() throws {
        let rows = try ImageTable(path: csv, need: .labels).rows
        let survey = try ImageSurvey(rows, in: images, leaveOutMissing: false)
        let loader = TrainingLoader(
            rows: rows, source: try PNGFolder(images, expecting: nil, force: false),
            size: (survey.rows, survey.columns), augmentation: try Augmentation(parsing: augment),
            random: RunRandom(seed: 1), workers: workers, ahead: 8 * workers)
        let clock = ContinuousClock()
        for epoch in 0...runs {
            let start = clock.now
            try loader.run(loader.plainBatches(of: 8), epoch: epoch) { _ in true }
            if epoch > 0 { print((clock.now - start).inSeconds) }
        }
    }
}

import ArgumentParser
import Glibc
import MammoBase
import MammoData

/// Times the readers of training by themselves: decoding and augmentation, without a network.
struct Readers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the seconds in which training's readers load each epoch of images, one a line.",
        discussion: """
            EXAMPLES
              bench-network readers --csv train.csv --images png --workers 2 --augment hflip,rotate=10
              bench-network readers --csv train.csv --images png --each --augment hflip,rotate=10

            Images are decoded and augmented as mammo train does, and dropped. With --each the lines are milliseconds of a \
            processor that an image takes: with none of the augmentations, with each by itself, and with all.
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

    @Flag(help: "Times none of the augmentations, each by itself, and all, by the time of processors.")
    var each = false

    func run() throws {
        guard each else {
            try epochs(augment) { seconds, _ in print(seconds) }
            return
        }
        let names = augment.split(separator: ",").map(String.init)
        for list in ["none"] + names + (names.count > 1 ? [augment] : []) {
            var milliseconds: [Double] = []
            try epochs(list) { milliseconds.append(1000 * $1) }
            milliseconds.sort()
            print(list, milliseconds[milliseconds.count / 2].decimals(1))
        }
    }

    /// Seconds that this process has computed, on all its threads.
    private var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Loads epochs, and gives each one's seconds and the processors' seconds for an image to `done`.
    private func epochs(_ augment: String, done: (_ seconds: Double, _ ofImage: Double) -> Void) throws {
        let rows = try ImageTable(path: csv, need: .labels).rows
        let survey = try ImageSurvey(rows, in: images, leaveOutMissing: false)
        let loader = TrainingLoader(
            rows: rows, source: try PNGFolder(images, expecting: nil, force: false),
            size: (survey.rows, survey.columns), augmentation: try Augmentation(parsing: augment),
            random: RunRandom(seed: 1), workers: workers, ahead: 8 * workers)
        let clock = ContinuousClock()
        for epoch in 0...runs {
            let (start, before) = (clock.now, processorSeconds)
            try loader.run(loader.plainBatches(of: 8), epoch: epoch) { _ in true }
            let computed = (processorSeconds - before) / Double(rows.count)
            if epoch > 0 { done((clock.now - start).inSeconds, computed) }
        }
    }
}

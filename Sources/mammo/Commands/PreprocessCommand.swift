import ArgumentParser
import Dispatch
import MammoData
import MammoImage
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct PreprocessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preprocess",
        abstract: "Turn DICOM mammograms into cropped, padded, resized 8-bit PNGs.",
        discussion: """
            EXAMPLES
              mammo preprocess --images train_images --csv train.csv --out png
              mammo preprocess --images train_images --list parts/part-0.txt --out png --size 1536x768
              mammo preprocess 10006/462822612.dcm --out png --jobs 1

            Writes {patient}_{image}.png for each. The pixels are those of dicomsdl, numpy and OpenCV to the bit:
            minimum to maximum as 0 to 255, Gaussian 5×5, Otsu, the box of the largest contour, padding to 1:2
            above or to the left, bilinear resize. An input that fails is named and the rest is done.
            --json prints {"failed", "images", "out", "refused", "seconds", "size", "written"}.
            """)

    @Option(help: ArgumentHelp("The folder that holds patient/image.dcm, for --list and --csv.", valueName: "folder"))
    var images: String?

    @Option(help: ArgumentHelp("A list as split writes it: one patient/image.dcm a line.", valueName: "file"))
    var list: String?

    @Option(help: ArgumentHelp("A table with columns patient_id and image_id.", valueName: "file"))
    var csv: String?

    @Argument(
        help: ArgumentHelp("DICOM files; the folder a file lies in is taken as the patient.", valueName: "file.dcm"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The folder to write to; made where it is not there.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("Rows and columns of the PNGs.", valueName: "RxC"))
    var size = ImageSize(rows: 2048, columns: 1024)

    @Option(help: ArgumentHelp("Which frame of a file with several, from 1.", valueName: "k"))
    var frame = 1

    @Option(help: ArgumentHelp("Images at a time; all cores where not given.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        let sources = [list != nil, csv != nil, !files.isEmpty].count { $0 }
        guard sources == 1 else { throw ValidationError("Give one of --list, --csv, or files by name.") }
        guard files.isEmpty == (images != nil) else {
            throw ValidationError(
                files.isEmpty ? "--list and --csv need --images FOLDER." : "--images goes with --list or --csv.")
        }
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs is \(jobs), expected 1 to 1024.") }
        guard frame >= 1 else { throw ValidationError("--frame is \(frame), expected 1 or more.") }
    }

    func run() throws {
        try Console.run("preprocess") {
            let work = try workList()
            for (input, reason) in work.refused { Console.error("mammo preprocess: \(input): passed over: \(reason)") }
            let tally = try preprocess(work)
            report(tally)
            throw ExitStatus.ofBatch(
                done: tally.written, failed: tally.failed + tally.refused, interrupted: tally.interrupted)
        }
    }

    private func workList() throws -> WorkList {
        if let list { return try WorkList(list: list, folder: images ?? "") }
        if let csv { return WorkList(table: try ImageTable(path: csv, need: .images), folder: images ?? "") }
        return WorkList(files: files)
    }

    private struct Tally: Sendable {
        var images = 0
        var refused = 0
        var written = 0
        var failed = 0
        var seconds = 0.0
        var interrupted = false
        var stopped = false
    }

    private func preprocess(_ work: WorkList) throws -> Tally {
        let batch = PreprocessBatch(
            parameters: PreprocessParameters(rows: size.rows, columns: size.columns), frame: frame,
            jobs: jobs ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), outputFolder: out)
        let progress = Progress(total: work.items.count, unit: "images", style: .suited(quiet: quiet))
        let tally = Mutex(Tally(images: work.items.count + work.refused.count, refused: work.refused.count))
        let interrupt = Interrupt.listen {
            progress.say("mammo preprocess: interrupted; finishing the images under way (again to stop at once)")
        }
        try batch.run(work.items, shouldStop: { interrupt.isRequested }) { item, outcome in
            switch outcome {
            case .written(let warnings):
                for warning in warnings { progress.say("mammo preprocess: \(item.input): warning: \(warning)") }
                tally.withLock { $0.written += 1 }
            case .failed(let reason):
                progress.say("mammo preprocess: \(item.input): \(reason)")
                tally.withLock { $0.failed += 1 }
            case .unwritable(let reason):
                progress.say("mammo preprocess: \(reason); stopping, since the next image would meet the same")
                tally.withLock {
                    $0.failed += 1
                    $0.stopped = true
                }
            }
            progress.advance(failed: outcome.isFailure)
        }
        progress.finish()
        return tally.withLock { tally in
            tally.seconds = progress.elapsed
            tally.interrupted = interrupt.isRequested && tally.written + tally.failed < work.items.count
            return tally
        }
    }

    private struct Summary: Encodable {
        var failed: Int
        var images: Int
        var out: String
        var refused: Int
        var seconds: Double
        var size: String
        var written: Int
    }

    private func report(_ tally: Tally) {
        if json {
            let summary = Summary(
                failed: tally.failed, images: tally.images, out: out, refused: tally.refused, seconds: tally.seconds,
                size: size.description, written: tally.written)
            Console.out(JSONText.line(summary))
            return
        }
        var line = "\(tally.written) of \(tally.images) images written to \(out) as \(size)"
        if tally.failed + tally.refused > 0 { line += ", \(tally.failed + tally.refused) failed" }
        let rate = tally.seconds > 0 ? Double(tally.written) / tally.seconds : 0
        line += ", \(tally.seconds.fixed(1)) s, \(rate.fixed(1)) images/s"
        Console.out(line)
        if tally.interrupted { Console.error("mammo preprocess: interrupted; the same command makes the rest") }
    }
}

extension PreprocessBatch.Outcome {
    fileprivate var isFailure: Bool {
        if case .written = self { return false }
        return true
    }
}

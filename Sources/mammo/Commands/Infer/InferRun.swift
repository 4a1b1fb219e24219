import MammoChart
import ArgumentParser
import MammoData
import MammoImage
import MammoNet

/// One run of predictions: progress while it goes, the summary when it is over.
struct InferRun {
    let table: ImageTable
    let batch: InferenceBatch
    let log: PerImageFile?
    let heatmaps: String?
    let limit: Duration?

    /// What is known, by `patient/image.dcm`.
    private(set) var predictions: [String: ImagePrediction] = [:]
    private(set) var wasInterrupted = false
    private var failed = 0
    private var doneBefore = 0
    private var seconds = 0.0

    init(table: ImageTable, batch: InferenceBatch, log: PerImageFile?, heatmaps: String?, limit: Duration?) {
        self.table = table
        self.batch = batch
        self.log = log
        self.heatmaps = heatmaps
        self.limit = limit
    }

    mutating func start(style: Progress.Style) throws {
        predictions = log?.earlier ?? [:]
        doneBefore = predictions.count
        let toDo = table.rows.filter { predictions[$0.relativePath] == nil }
        let progress = Progress(total: toDo.count, unit: "images", style: style)
        var estimate = limit.map { TimeEstimate(limit: $0.inSeconds, images: toDo.count) }
        let interrupt = Interrupt.listen {
            progress.say("mammo infer: interrupted; finishing the images under way (again to stop at once)")
        }
        try batch.run(toDo, explain: heatmaps != nil, shouldStop: { interrupt.isRequested }) { row, outcome in
            switch outcome {
            case .predicted(let prediction, let picture):
                // The line counts as done, so what belongs to it comes first.
                if let heatmaps, let picture {
                    let name = "\(heatmaps)/\(row.outputName)"
                    try Files.write(try PNGEncoder.encode(picture), to: name)
                }
                try log?.append(prediction)
                predictions[row.relativePath] = prediction
                progress.advance()
            case .failed(let reason):
                progress.say("mammo infer: \(reason)")
                failed += 1
                progress.advance(failed: true)
            }
            if let line = estimate?.line(done: predictions.count - doneBefore + failed, seconds: progress.elapsed) {
                progress.say("mammo infer: \(line)")
            }
        }
        progress.finish()
        seconds = progress.elapsed
        wasInterrupted = interrupt.isRequested && predictions.count + failed < table.rows.count
        if wasInterrupted {
            Console.error(
                "mammo infer: interrupted after \(predictions.count) of \(table.rows.count) images; no submission "
                    + (log == nil ? "was written" : "was written; the same command with --resume goes on"))
        } else {
            try log?.finish(table.rows.compactMap { predictions[$0.relativePath] })
        }
    }

    var exitCode: ExitCode {
        ExitStatus.ofBatch(done: predictions.count, failed: failed, interrupted: wasInterrupted)
    }

    private struct Summary: Encodable {
        var breasts: Int
        var done_before: Int
        var failed: Int
        var images: Int
        var missing: [String]
        var out: String
        var predicted: Int
        var seconds: Double
    }

    /// Writes the submission, and says what it holds.
    func report(_ submission: Submission, to path: String, json: Bool) throws {
        guard !predictions.isEmpty else {
            Console.error("mammo infer: no image could be read; \(path) was not written")
            return
        }
        for breast in submission.missing {
            Console.error("mammo infer: \(breast): no image of this breast could be read; written as --missing says")
        }
        try submission.write(to: path, for: table)
        if json {
            let summary = Summary(
                breasts: submission.rows.count, done_before: doneBefore, failed: failed, images: table.rows.count,
                missing: submission.missing, out: path, predicted: predictions.count - doneBefore, seconds: seconds)
            Console.out(JSONText.line(summary))
            return
        }
        var line =
            "\(submission.rows.count) breasts written to \(path), from \(predictions.count) of \(table.rows.count) images"
        if doneBefore > 0 { line += ", \(doneBefore) done before" }
        if failed > 0 { line += ", \(failed) failed" }
        let rate = seconds > 0 ? Double(predictions.count - doneBefore) / seconds : 0
        Console.out(line + ", \(seconds.decimals(1)) s, \(rate.decimals(2)) images/s")
    }
}

/// Says once, from the first images, whether a run will end within a time.
struct TimeEstimate {
    let limit: Double
    let images: Int
    private var said = false

    /// Images and seconds after which a rate is worth something.
    private static let (fewest, shortest) = (8, 10.0)

    init(limit: Double, images: Int) {
        self.limit = limit
        self.images = images
    }

    /// The line to say, if now is the time.
    mutating func line(done: Int, seconds: Double) -> String? {
        guard !said, done >= Self.fewest, seconds >= Self.shortest || done == images, done > 0 else { return nil }
        said = true
        let whole = seconds / Double(done) * Double(images)
        let fits = whole <= limit
        let pace =
            "\(images) images at \((Double(done) / seconds).decimals(2)) images/s take \(Progress.duration(whole))"
        return fits
            ? "\(pace), within --limit-time \(Progress.duration(limit))"
            : "\(pace), more than --limit-time \(Progress.duration(limit)); "
                + "fewer flips or weights, or smaller images, are faster"
    }
}

import ArgumentParser
import MammoBase
import MammoData
import MammoImage
import MammoNet

/// One run of predictions: progress while it goes, the summary when it is over.
struct InferRun {
    let table: ImageTable
    /// The rows that are predicted: all but those that were left out.
    let rows: [ImageTable.Row]
    let batch: InferenceBatch
    let log: PerImageFile
    private var heatMaps: HeatMapFolder?
    let limit: TimeLimit?

    /// What is known, by `patient/image.dcm`.
    private(set) var predictions: [String: ImagePrediction] = [:]
    private(set) var wasInterrupted = false
    private var failed = 0
    private var outOfTime = 0
    private var doneBefore = 0
    private var seconds = 0.0

    /// `leftOut` are images of the table that are not predicted, by `relativePath`.
    init(
        table: ImageTable, leftOut: Set<String>, batch: InferenceBatch, log: PerImageFile, heatMaps: HeatMapFolder?,
        limit: TimeLimit?
    ) {
        self.table = table
        rows = table.rows.filter { !leftOut.contains($0.relativePath) }
        self.batch = batch
        self.log = log
        self.heatMaps = heatMaps
        self.limit = limit
    }

    mutating func start(style: Progress.Style) throws {
        let earlier = log.earlier
        let isPredicted = { (row: ImageTable.Row) in earlier[row.relativePath] != nil }
        let all = rows
        let toDo = heatMaps?.rows(of: all, isPredicted: isPredicted) ?? all.filter { !isPredicted($0) }
        doneBefore = rows.count - toDo.count
        let progress = Progress(total: rows.count, before: doneBefore, unit: "image", style: style)
        let failures = FailureLines("infer", unit: "image")
        var estimate = limit.map { TimeEstimate(limit: $0.seconds, images: toDo.count) }
        var limit = limit
        let interrupt = Interrupt.listen {
            progress.say("mammo infer: interrupted; finishing the images in progress (interrupt again to stop at once)")
        }
        let mustStop = { interrupt.isRequested || limit?.isReached() == true }
        try progress.during {
            try batch.run(toDo, explain: heatMaps != nil, shouldStop: mustStop) { row, outcome in
                switch outcome {
                case .predicted(let prediction, let explanation):
                    // The line counts as done, so what belongs to it comes first.
                    if let explanation { try heatMaps?.add(row, prediction, explanation) }
                    if !isPredicted(row) { try log.append(prediction) }
                    predictions[row.relativePath] = prediction
                    progress.advance()
                case .failed(let reason):
                    try heatMaps?.skip(row)
                    failures.add(batch.source.path(of: row), reason, say: progress.say)
                    failed += 1
                    progress.advance(failed: true)
                }
                if let line = estimate?.line(done: predictions.count + failed, seconds: progress.elapsed) {
                    progress.say("mammo infer: \(line)")
                }
            }
        }
        for line in failures.summary { Console.error(line) }
        // What was predicted before counts, whether or not it was predicted again for its patient's sheet.
        predictions.merge(earlier) { again, _ in again }
        seconds = progress.elapsed
        wasInterrupted = interrupt.isRequested && predictions.count + failed < rows.count
        outOfTime = wasInterrupted ? 0 : rows.count - predictions.count - failed
        if outOfTime > 0 {
            Console.error(
                "mammo infer: --limit-time is reached: \(outOfTime) of \(rows.count.of("image")) were not predicted; "
                    + "breasts without a predicted image are written as --missing says; "
                    + "the same command with --resume predicts the rest")
        }
        if wasInterrupted {
            Console.error(
                "mammo infer: interrupted after \(predictions.count) of \(rows.count.of("image")); no submission "
                    + "was written; the same command with --resume continues")
        } else {
            try log.finish(
                rows.compactMap { predictions[$0.relativePath] }, isComplete: outOfTime == 0)
        }
    }

    var exitCode: ExitCode {
        ExitStatus.ofBatch(done: predictions.count, failed: failed + outOfTime, interrupted: wasInterrupted)
    }

    private struct Summary: Encodable {
        var breasts: Int
        var calibration: String?
        var done_before: Int
        var failed: Int
        var images: Int
        var left_out: Int
        var missing: [String]
        var out: String
        var out_of_time: Int
        var predicted: Int
        var seconds: Double
        var threshold: Double?
    }

    /// Writes the submission, and says what it holds.
    func report(_ submission: Submission, _ decision: Decision, to path: String, json: Bool) throws {
        guard !predictions.isEmpty || outOfTime > 0 || rows.isEmpty else {
            Console.error("mammo infer: no image could be read; \(path) was not written")
            return
        }
        // Those that time did not reach are counted already, and may be thousands.
        for breast in submission.missing where outOfTime == 0 {
            Console.error("mammo infer: \(breast): no image of this breast was predicted; written as --missing says")
        }
        try submission.write(to: path, for: table)
        if json {
            let summary = Summary(
                breasts: submission.rows.count, calibration: decision.calibration?.method, done_before: doneBefore,
                failed: failed, images: rows.count, left_out: table.rows.count - rows.count,
                missing: submission.missing, out: path, out_of_time: outOfTime,
                predicted: predictions.count - doneBefore,
                seconds: seconds, threshold: decision.threshold)
            Console.out(JSONText.line(summary))
            return
        }
        var line =
            "\(submission.rows.count.of("breast")) written to \(path), from \(predictions.count) of \(rows.count.of("image"))"
        if doneBefore > 0 { line += ", \(doneBefore) done before" }
        if failed > 0 { line += ", \(failed) failed" }
        if outOfTime > 0 { line += ", \(outOfTime) not reached in time" }
        let rate = seconds > 0 ? Double(predictions.count - doneBefore) / seconds : 0
        Console.out(line + ", \(seconds.decimals(1)) s, \(rate.decimals(2)) images/s")
    }
}

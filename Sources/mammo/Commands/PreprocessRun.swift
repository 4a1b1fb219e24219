import ArgumentParser
import MammoBase
import MammoData
import MammoImage
import Synchronization

/// One run of a batch: progress while it goes, the summary when it is over.
struct PreprocessRun {
    let batch: PreprocessBatch
    let plan: BatchPlan
    let refused: Int

    private var tally = Tally()
    private var seconds = 0.0
    private var interrupted = false

    private struct Tally: Sendable {
        var written = 0
        var failed = 0
        var times = StageTimes()
        var raw = ProcessingCount()
    }

    init(batch: PreprocessBatch, plan: BatchPlan, refused: Int) {
        self.batch = batch
        self.plan = plan
        self.refused = refused
    }

    mutating func start(style: Progress.Style) throws {
        let progress = Progress(total: plan.toDo.count, unit: "image", style: style)
        let tally = Mutex(Tally())
        let failures = FailureLines("preprocess", unit: "image")
        let interrupt = Interrupt.listen {
            progress.say(
                "mammo preprocess: interrupted; finishing the images in progress (interrupt again to stop at once)")
        }
        let handle: @Sendable (WorkList.Item, PreprocessBatch.Outcome) -> Void = { item, outcome in
            switch outcome {
            case .written(let entry, let times):
                for warning in entry.warnings ?? [] {
                    progress.say("mammo preprocess: \(item.input): warning: \(warning)")
                }
                tally.withLock {
                    $0.written += 1
                    $0.times += times
                    $0.raw.add(item.folder, isForProcessing: entry.forProcessing ?? false)
                }
                progress.advance(bytes: entry.inputBytes)
            case .failed(_, let reason):
                failures.add(item.input, reason, say: progress.say)
                tally.withLock { $0.failed += 1 }
                progress.advance(failed: true)
            case .unwritable(let reason):
                progress.say(
                    "mammo preprocess: \(reason); stopping, since the next image would fail in the same way; "
                        + "the same command writes the rest")
                tally.withLock { $0.failed += 1 }
                progress.advance(failed: true)
            }
        }
        try progress.during { try batch.run(plan.toDo, shouldStop: { interrupt.isRequested }, finished: handle) }
        for line in failures.summary { Console.error(line) }
        self.tally = tally.withLock { $0 }
        seconds = progress.elapsed
        for line in self.tally.raw.lines(areExcluded: false) { Console.error("mammo preprocess: warning: \(line)") }
        interrupted = interrupt.isRequested && self.tally.written + self.tally.failed < plan.toDo.count
    }

    var exitCode: ExitCode {
        ExitStatus.ofBatch(
            done: tally.written + plan.done, failed: tally.failed + refused, interrupted: interrupted)
    }

    private struct Summary: Encodable {
        var done_before: Int
        var failed: Int
        var images: Int
        var out: String
        var refused: Int
        var seconds: Double
        var written: Int
    }

    func report(json: Bool, timings: Bool) {
        let images = plan.toDo.count + plan.done + refused
        if json {
            let summary = Summary(
                done_before: plan.done, failed: tally.failed, images: images, out: batch.outputFolder,
                refused: refused, seconds: seconds, written: tally.written)
            Console.out(JSONText.line(summary))
        } else {
            let size = "\(batch.parameters.rows)x\(batch.parameters.columns)"
            var line = "\(tally.written) of \(images.of("image")) written to \(batch.outputFolder) as \(size)"
            if plan.done > 0 { line += ", \(plan.done) done before" }
            if tally.failed + refused > 0 { line += ", \(tally.failed + refused) failed" }
            let rate = seconds > 0 ? Double(tally.written) / seconds : 0
            Console.out(line + ", \(seconds.decimals(1)) s, \(rate.decimals(1)) images/s")
        }
        if timings && tally.written > 0 { printTimes() }
        if interrupted { Console.error("mammo preprocess: interrupted; the same command writes the rest") }
    }

    private func printTimes() {
        let total = tally.times.total
        let rows = (tally.times.stages + [("total", total)]).map { stage in
            [
                stage.name, (1000 * stage.seconds / Double(tally.written)).decimals(1),
                "\((100 * stage.seconds / total).decimals(0)) %",
            ]
        }
        for line in TextTable.lines(header: ["stage", "ms/image", "share"], rows: rows) { Console.out(line) }
    }
}

import FoundationEssentials
import MammoData
import MammoTrain

extension Step {
    /// `mammo train` with every type at every shape: the median step of a short run, reading PNGs as always.
    static func training(_ bench: Workbench, _ report: inout Report) throws(StepProblem) -> End {
        let cases = bench.sizes.training.flatMap { shape in bench.sizes.amps.map { (shape, $0) } }
        var sets: [String: ImageSet] = [:]
        for (number, (shape, amp)) in cases.enumerated() {
            let name = "\(bench.scratch)/train-\(shape)"
            let set: ImageSet
            if let made = sets[name] {
                set = made
            } else {
                set = try ImageSet(
                    name, of: bench.commands.images(shape.size), table: "\(bench.kit.fixtures)/train.csv",
                    least: shape.batch * bench.sizes.timedSteps)
                sets[name] = set
            }
            let run = "\(bench.scratch)/run-\(shape)-\(amp)"
            let memory = CardMemory(bench)
            let command = bench.commands.train(
                set, shape, amp: amp, out: run, more: ["--epochs", "1", "--checkpoint-minutes", "1000"])
            let finished = try bench.run(command, within: bench.left / Double(cases.count - number)) {
                memory?.sample()
                return false
            }
            // What a run did before its time was over counts too.
            let steps = (try? RunFiles.steps(run)) ?? []
            let median = StepTimes.median(steps.map(\.seconds), warmUp: bench.sizes.warmUpSteps)
            report.speeds.append(
                Speed(
                    .training, "mammo train", shape, type: TypeName.of(amp: amp), seconds: median?.seconds,
                    count: median?.count ?? 0, peakMegabytes: memory?.peak, note: finished.problem))
            RunFiles.remove(run)
            try bench.save(report)
        }
        return try end(report, .training, "mammo train")
    }

    /// `mammo infer`: the time that more images take in a longer run than in a short one.
    static func inference(_ bench: Workbench, _ report: inout Report) throws(StepProblem) -> End {
        let size = bench.sizes.large
        let table = "\(bench.kit.fixtures)/train.csv"
        let short = try ImageSet(
            "\(bench.scratch)/short", of: bench.commands.images(size), table: table,
            least: bench.sizes.shortImages)
        let long = try ImageSet(
            "\(bench.scratch)/long", of: bench.commands.images(size), table: table,
            least: short.training + bench.sizes.timedImages)
        let cases = bench.sizes.inference.flatMap { shape in bench.sizes.amps.map { (shape, $0) } }
        for (number, (shape, amp)) in cases.enumerated() {
            let memory = CardMemory(bench)
            let end = bench.left / Double(cases.count - number)
            let watch = Stopwatch()
            var seconds: [Double] = []
            var problem: String?
            for _ in 0..<bench.sizes.rounds where problem == nil && watch.seconds < end {
                var times: [Double] = []
                for set in [short, long] where problem == nil {
                    let command = bench.commands.infer(
                        set, shape, amp: amp, out: "\(bench.scratch)/submission.csv", more: [])
                    let finished = try bench.run(command, within: end - watch.seconds) {
                        memory?.sample()
                        return false
                    }
                    problem = finished.problem
                    if problem == nil {
                        let summary: InferSummary = try JSONFile.read(Array(finished.output.utf8), path: "mammo infer")
                        times.append(summary.seconds)
                    }
                }
                if times.count == 2 {
                    seconds.append((times[1] - times[0]) / Double(long.training - short.training) * Double(shape.batch))
                }
            }
            let median = StepTimes.median(seconds, warmUp: 0)
            report.speeds.append(
                Speed(
                    .inference, "mammo infer", shape, type: TypeName.of(amp: amp), seconds: median?.seconds,
                    count: median?.count ?? 0, peakMegabytes: memory?.peak, note: problem))
            try bench.save(report)
        }
        return try Self.end(report, .inference, "mammo infer")
    }

    private static func end(_ report: Report, _ work: Speed.Work, _ program: String) throws(StepProblem) -> End {
        let own = report.speeds.filter { $0.work == work && $0.program == program }
        let timed = own.count { $0.seconds != nil }
        let problems = own.compactMap(\.note)
        // Too little memory or time is the machine's, not ours.
        let faults = problems.filter { !$0.contains("out of memory") && !$0.hasPrefix("timed out") }
        guard faults.isEmpty else { throw .failed(faults[0]) }
        guard timed > 0 else { throw .timedOut(own.isEmpty ? 0 : 1) }
        return .passed("\(timed) of \(own.count) timed\(problems.first.map { "; \($0)" } ?? "")")
    }
}

/// What `mammo infer --json` prints, as far as it is needed.
private struct InferSummary: Decodable {
    var seconds: Double
}

extension Finished {
    /// Why it has no result, or not all of it: in a line; nil where it succeeded.
    package var problem: String? {
        do throws(StepProblem) {
            try check()
            return nil
        } catch {
            return error.note
        }
    }
}

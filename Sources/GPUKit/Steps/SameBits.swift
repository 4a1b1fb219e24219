import Glibc
import MammoBase
import MammoData
import MammoTrain

extension Step {
    /// Two runs of inference with each type, whose files have to be the same.
    static func repeatedInference(_ bench: Workbench, _ report: inout Report) throws(StepProblem) -> End {
        let size = bench.sizes.large
        let set = try ImageSet(
            "\(bench.scratch)/few-\(size)", of: bench.commands.images(size), table: "\(bench.kit.fixtures)/train.csv",
            least: 1)
        let shape = BatchShape(bench.sizes.inferenceBatches[0], size)
        var wrong = 0
        for amp in bench.sizes.amps {
            var runs: [[String]] = []
            for number in 1...2 {
                let name = "\(bench.scratch)/infer-\(amp)-\(number)"
                let images = ["--per-image", "\(name)-images.csv"]
                try bench.require(bench.commands.infer(set, shape, amp: amp, out: "\(name).csv", more: images))
                runs.append(try ["\(name).csv", "\(name)-images.csv"].map(bench.text))
            }
            let check = ValueCheck(
                "two runs of mammo infer, \(TypeName.of(amp: amp)), \(size): the same bytes", passed: runs[0] == runs[1]
            )
            if !check.passed { wrong += 1 }
            report.values.append(check)
            try bench.save(report)
        }
        let note = "\(bench.sizes.amps.count) pairs, \(wrong) differ"
        return wrong == 0 ? .passed(note) : .failed(note)
    }

    /// A run of training that is killed and resumed beside one that is not: the same files.
    static func killedTraining(_ bench: Workbench, _ report: inout Report) throws(StepProblem) -> End {
        let (size, steps) = (bench.sizes.small, bench.sizes.killedSteps)
        let shape = BatchShape(bench.sizes.trainingBatches[0], size)
        let set = try ImageSet(
            "\(bench.scratch)/killed-\(size)", of: bench.commands.images(size),
            table: "\(bench.kit.fixtures)/train.csv", least: shape.batch * steps / 2)
        // Everything that has a state, and a checkpoint after every step.
        let options = [
            "--epochs", "2", "--lr", "1e-4", "--augment", "hflip,rotate=10,mixup=0.2", "--ema", "0.9", "--drop-path",
            "0.2", "--checkpoint-minutes", "0",
        ]
        let amp = bench.sizes.amps[0]
        let (whole, killed) = ("\(bench.scratch)/run-whole", "\(bench.scratch)/run-killed")
        try bench.require(bench.commands.train(set, shape, amp: amp, out: whole, more: options))
        let all = try RunFiles.steps(whole).count
        let command = bench.commands.train(set, shape, amp: amp, out: killed, more: options)
        let ended = try bench.run(command, killWhen: { (try? RunFiles.steps(killed).count) ?? 0 > all / 3 })
        guard ended.end == .itself(.signalled(SIGKILL)) else {
            try ended.check()
            throw .failed("the run ended before it could be killed, after \(ended.seconds) s")
        }
        let done = try RunFiles.steps(killed).count
        try bench.require(bench.commands.resume(killed))
        let differing = try RunFiles.differing(whole, killed)
        let what = "mammo train, \(TypeName.of(amp: amp)), \(shape), killed after step \(done) of \(all) and resumed"
        report.values.append(
            ValueCheck(
                "\(what): the same bytes", passed: differing.isEmpty,
                message: differing.isEmpty ? nil : "other bytes: \(differing.joined(separator: ", "))"))
        for run in [whole, killed] { RunFiles.remove(run) }
        return differing.isEmpty
            ? .passed("killed after step \(done) of \(all), resumed to the same bytes")
            : .failed("\(what): other bytes: \(differing.joined(separator: ", "))")
    }
}

/// What a run's folder holds.
enum RunFiles {
    /// The steps that its table has so far.
    static func steps(_ run: String) throws(StepProblem) -> [StepRecord] {
        do throws(DataError) { return try StepLog.read("\(run)/steps.csv") } catch { throw .failed(error.description) }
    }

    /// The files of two runs that are not the same, but for how long things took.
    static func differing(_ one: String, _ other: String) throws(StepProblem) -> [String] {
        var names: [String] = []
        do throws(DataError) {
            for name in ["best.safetensors", "last.checkpoint", "validation.csv"]
            where try Files.read("\(one)/\(name)") != Files.read("\(other)/\(name)") { names.append(name) }
            let steps = try [one, other].map { run throws(DataError) in
                try StepLog.read("\(run)/steps.csv").map {
                    [$0.step, $0.epoch].map { "\($0)" } + ["\($0.lr) \($0.loss)"]
                }
            }
            if steps[0] != steps[1] { names.append("steps.csv") }
        } catch { throw .failed(error.description) }
        return names
    }

    /// Gives the room back: a checkpoint has hundreds of megabytes.
    static func remove(_ run: String) {
        for name in Files.names(in: run) { _ = Files.remove("\(run)/\(name)") }
        rmdir(run)
    }
}

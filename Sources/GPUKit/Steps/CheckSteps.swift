extension Step {
    /// The card, and each operation against its reference.
    static let checking: [Step] = [
        Step(part: 1, name: "check-cuda", seconds: .init(15, rehearsal: 60)) { bench, report throws(StepProblem) in
            let finished = try bench.run(bench.commands.check())
            let run = CheckSummary.read(finished.output, tool: "check-cuda", status: finished.status)
            report.checks.append(run)
            guard finished.status != nil else { throw .timedOut(finished.seconds) }
            guard run.cases != nil else { throw .failed("check-cuda: \(finished.lastLine)") }
            return run.passed ? .passed(CheckSummary.note(run)) : .failed(CheckSummary.note(run))
        },
        sanitizer("memcheck", operations, seconds: 60),
        sanitizer(
            "racecheck",
            ["columns", "layer_norm", "batch_norm", "parameters", "head", "loss", "pooling", "fused", "convolution"],
            seconds: 75),
        sanitizer("synccheck", ["depthwise", "depthwise_gradients", "fused", "convolution"], seconds: 18),
    ]

    /// All groups of check-cuda but all_reduce, where NCCL runs, and depthwise_limits: each takes minutes under compute-sanitizer.
    private static let operations = [
        "memory", "order", "convert", "gray_input", "mix", "patches", "columns", "gelu", "residual", "layer_norm",
        "depthwise", "depthwise_gradients", "affine", "sigmoid", "batch_norm", "pooling", "maxima", "generalised_mean",
        "head", "loss", "parameters", "product", "tuning", "fused", "convolution", "graph",
    ]

    private static func sanitizer(_ tool: String, _ groups: [String], seconds: Double) -> Step {
        Step(part: 1, name: tool, seconds: .init(seconds, rehearsal: seconds)) { bench, report throws(StepProblem) in
            try bench.needCard("compute-sanitizer")
            let finished = try bench.run(bench.commands.sanitizer(tool, groups))
            let own = CheckSummary.read(finished.output, tool: tool, status: finished.status)
            let run = SanitizerSummary.read(finished.text, into: own)
            // Where the tool cannot watch programs, as on some virtual machines, nothing is wrong with ours.
            if finished.status != nil && run.cases == nil && run.errors == nil {
                throw .skipped("compute-sanitizer does not run here: \(finished.lastLine)")
            }
            report.checks.append(run)
            guard finished.status != nil else { throw .timedOut(finished.seconds) }
            return run.passed ? .passed(CheckSummary.note(run)) : .failed(CheckSummary.note(run))
        }
    }
}

import MammoBase

extension Step {
    /// Values beside PyTorch's, and runs that have to give the same bits.
    static let comparing: [Step] = [
        Step(part: 2, name: "images and weights", seconds: .init(6, rehearsal: 8)) { bench, _ throws(StepProblem) in
            for size in bench.sizes.images {
                try bench.require(bench.commands.preprocess(size))
                try bench.require(bench.commands.randomWeights(size))
            }
            return .passed("images of \(bench.sizes.images.map(\.description).joined(separator: " and "))")
        },
        Step(part: 2, name: "logits beside PyTorch", seconds: .init(50, rehearsal: 30)) {
            bench, report throws(StepProblem) in
            let json = "\(bench.scratch)/network.json"
            return try compare(bench, &report, bench.commands.compareNetwork(json: json), json)
        },
        Step(part: 2, name: "gradients and steps beside PyTorch", seconds: .init(50, rehearsal: 30)) {
            bench, report throws(StepProblem) in
            let json = "\(bench.scratch)/training.json"
            return try compare(bench, &report, bench.commands.compareTraining(json: json), json)
        },
        Step(part: 2, name: "EfficientNet's logits beside PyTorch", seconds: .init(30, rehearsal: 30)) {
            bench, report throws(StepProblem) in
            let json = "\(bench.scratch)/efficientnet.json"
            let command = bench.commands.compareNetwork(bench.sizes.efficientNet, json: json)
            return try compare(bench, &report, command, json)
        },
        Step(part: 2, name: "mammo infer twice", seconds: .init(10, rehearsal: 10)) {
            bench, report throws(StepProblem) in
            try bench.needImages()
            return try repeatedInference(bench, &report)
        },
        Step(part: 2, name: "mammo train killed and resumed", seconds: .init(30, rehearsal: 20)) {
            bench, report throws(StepProblem) in
            try bench.needImages()
            return try killedTraining(bench, &report)
        },
    ]

    /// Runs a program that compares, and puts down what it found as far as it came.
    private static func compare(
        _ bench: Workbench, _ report: inout Report, _ command: Command, _ json: String
    ) throws(StepProblem) -> End {
        let (finished, found): (_, PeerComparison) = try bench.runPeer(command, leaving: json, &report.machine)
        let values = found.values
        report.values += values
        guard finished.status != nil else { throw .timedOut(finished.seconds) }
        let skipped = (found.skipped ?? []).map { "\($0.check): \($0.reason)" }
        if values.isEmpty, let reason = skipped.first { throw .skipped(reason) }
        if !found.complete || values.isEmpty { try finished.check() }
        let wrong = values.count { !$0.passed }
        var note = "\(values.count) comparisons, \(wrong) beyond their limits"
        if !skipped.isEmpty { note += "; skipped: \(skipped.joined(separator: "; "))" }
        return wrong == 0 && finished.status == 0 ? .passed(note) : .failed(note)
    }
}

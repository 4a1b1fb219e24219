import MammoBase

extension Step {
    /// What the card can do at best, and how fast training and inference are.
    static let timing: [Step] = [
        Step(part: 3, name: "bandwidth", seconds: .init(8, rehearsal: 5)) { bench, report throws(StepProblem) in
            try roofline(bench, &report)
        },
        Step(part: 3, name: "mammo train", seconds: .init(40, rehearsal: 20)) { bench, report throws(StepProblem) in
            try bench.needImages()
            return try training(bench, &report)
        },
        Step(part: 3, name: "mammo infer", seconds: .init(50, rehearsal: 15)) { bench, report throws(StepProblem) in
            try bench.needImages()
            return try inference(bench, &report)
        },
        Step(part: 3, name: "EfficientNet's training steps", seconds: .init(25, rehearsal: 20)) {
            bench, _ throws(StepProblem) in try efficientNetSteps(bench)
        },
        peers(
            "training beside PyTorch, compiled", .training, isCompiled: true,
            seconds: .init(170, rehearsal: 20)),
        peers(
            "inference beside PyTorch, compiled", .inference, isCompiled: true,
            seconds: .init(70, rehearsal: 15)),
        peers(
            "training beside PyTorch, other types and sizes", .training, isCompiled: false,
            seconds: .init(30, rehearsal: 20)),
        peers(
            "inference beside PyTorch, other types", .inference, isCompiled: false,
            seconds: .init(15, rehearsal: 15)),
    ]

    private static func roofline(_ bench: Workbench, _ report: inout Report) throws(StepProblem) -> End {
        var roofline = Roofline()
        let bytes = RooflineTable.bytes(try bench.require(bench.commands.roofline).output)
        (roofline.inference_bytes, roofline.training_bytes) = (bytes?.inference, bytes?.training)
        let table = "\(bench.scratch)/ceilings.tsv"
        let finished = try bench.run(
            bench.commands.ceilings(table: table, seconds: min(bench.left / 2, bench.sizes.operationSeconds / 4)))
        let copy = try? OperationTable.read(try bench.text(table), path: table).copy
        roofline.measured_gigabytes_per_second = copy?.gigabytes_per_second
        if let copy, let share = copy.share_of_nominal, share > 0 {
            roofline.nominal_gigabytes_per_second = copy.gigabytes_per_second / share
        }
        report.roofline = roofline
        try finished.check()
        guard let rate = roofline.measured_gigabytes_per_second else { throw .failed("\(table) has no row of a copy") }
        return .passed("a copy moves \(rate.decimals(0)) GB/s")
    }

    /// The median of some steps; `log.txt` has them all.
    private static func efficientNetSteps(_ bench: Workbench) throws(StepProblem) -> End {
        let (sizes, amp) = (bench.sizes, bench.sizes.amps[0])
        let finished = try bench.require(bench.commands.efficientNetSteps(amp: amp))
        let seconds = finished.output.split(separator: "\n").compactMap { Double($0) }.sorted()
        guard !seconds.isEmpty else { throw .failed("no step was timed: \(finished.lastLine)") }
        let (median, batch) = (seconds[seconds.count / 2], sizes.efficientNetBatch)
        let rate = (Double(batch) / median).decimals(1)
        return .passed(
            "\(sizes.efficientNet), \(batch) images of \(sizes.large), \(amp): a step in "
                + "\((median * 1e3).decimals(1)) ms, \(rate) images/s")
    }

    /// PyTorch with what counts most first: the large size and the first type, which is compiled too.
    private static func peers(_ name: String, _ work: Speed.Work, isCompiled: Bool, seconds: Nominal) -> Step {
        Step(part: 3, name: name, seconds: seconds) { bench, report throws(StepProblem) in
            let sizes = bench.sizes
            let shapes = work == .training ? sizes.training : sizes.inference
            let plan: PeerPlan
            if isCompiled {
                // A rehearsal has no compiler for PyTorch, nor the time.
                plan = PeerPlan(shapes: shapes, amps: [sizes.amps[0]], isCompiled: !bench.kit.isEmulated)
            } else {
                plan = PeerPlan(shapes: shapes, amps: Array(sizes.amps.dropFirst()), isCompiled: false)
            }
            return try timePeers(bench, &report, work, plan)
        }
    }

    private static func timePeers(
        _ bench: Workbench, _ report: inout Report, _ work: Speed.Work, _ plan: PeerPlan
    ) throws(StepProblem) -> End {
        let json = "\(bench.scratch)/speeds.json"
        // It ends by itself when a case is done; the rest is for that.
        let seconds = bench.left * 0.75
        let command =
            work == .training
            ? bench.commands.benchTraining(plan, json: json, seconds: seconds)
            : bench.commands.benchNetwork(plan, json: json, seconds: seconds)
        let (finished, found): (_, PeerTiming) = try bench.runPeer(command, leaving: json, &report.machine)
        let speeds = found.speeds(work)
        report.speeds += speeds
        guard finished.status != nil else { throw .timedOut(finished.seconds) }
        try finished.check()
        if let reason = found.peers_skipped { throw .skipped("PyTorch: \(reason); mammo's own were timed") }
        return .passed("\(speeds.count { $0.seconds != nil }) of \(speeds.count) timed")
    }
}

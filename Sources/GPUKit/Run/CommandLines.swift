import MammoBase

/// Every command line that the kit runs, in one place.
package struct CommandLines: Sendable {
    package let kit: Kit
    package let sizes: Sizes
    package let scratch: String

    package init(kit: Kit, sizes: Sizes, scratch: String) {
        (self.kit, self.sizes, self.scratch) = (kit, sizes, scratch)
    }

    private var mammo: String { kit.program("mammo") }
    private var bench: String { kit.program("bench-network") }
    private var environment: [String: String] { ["MAMMO_CUDA_PLUGIN": kit.plugin] }

    private func ours(_ program: String, _ arguments: [String]) -> Command {
        Command(program, arguments, environment: environment)
    }

    // What is there.

    package var card: Command {
        Command(
            "nvidia-smi",
            ["--id=0", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader,nounits"])
    }

    package var memory: Command {
        Command(
            "nvidia-smi", ["--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits"])
    }

    package var doctor: Command { ours(mammo, ["doctor", "--json", "--out", scratch, "--quiet"]) }

    // Operations.

    package func check(_ groups: [String] = []) -> Command {
        Command(
            kit.binary("check-cuda"), [kit.plugin] + (groups.isEmpty ? [] : ["--only", groups.joined(separator: ",")]))
    }

    package func sanitizer(_ tool: String, _ groups: [String]) -> Command {
        check(groups).under(
            "compute-sanitizer",
            [
                "--tool", tool, "--target-processes", "all", "--print-limit", "20",
                // Running out of memory is part of what check-cuda tries.
                "--report-api-errors", "no",
            ])
    }

    package var roofline: Command { Command(kit.binary("check-cuda"), ["--roofline"]) }

    /// Measures what a copy and a product reach, and one short operation.
    package func ceilings(table: String, seconds: Double) -> Command {
        measurement(["--only", "mean", "--table", table, "--seconds", whole(seconds)])
    }

    package func operations(table: String, seconds: Double) -> Command {
        measurement(["--table", table, "--seconds", whole(seconds)])
    }

    /// What the fused kernel computes, as products and passes of their own.
    package func separateOperations(table: String, seconds: Double) -> Command {
        measurement([
            "--separate", "--only", FusedOperation.all.flatMap(\.separate).joined(separator: ","), "--table", table,
            "--seconds", whole(seconds),
        ])
    }

    package func profile(_ operation: OperationRow) -> Command {
        // Clocks stay as they are: the machine may be shared.
        measurement(["--only", operation.name, "--once"]).under(
            "ncu",
            [
                "--csv", "--print-units", "base", "--clock-control", "none", "--target-processes", "all", "--metrics",
                KernelTable.metrics.map(\.name).joined(separator: ","),
            ])
    }

    private func measurement(_ arguments: [String]) -> Command {
        let shape = ["--batch", "\(sizes.operationBatch)", "--size", "\(sizes.large)"]
        return Command(kit.binary("check-cuda"), [kit.plugin, "--measure"] + shape + arguments)
    }

    // Images and weights.

    package func preprocess(_ size: ImageSize) -> Command {
        ours(
            mammo,
            [
                "preprocess", "--images", "\(kit.fixtures)/train_images", "--csv", "\(kit.fixtures)/train.csv",
                "--size",
                "\(size)", "--out", images(size), "--quiet",
            ])
    }

    package func randomWeights(_ size: ImageSize) -> Command {
        ours(bench, ["weights", weights(size), "--arch", sizes.arch, "--size", "\(size)", "--seed", "1"])
    }

    package func images(_ size: ImageSize) -> String { "\(scratch)/png-\(size)" }
    package func weights(_ size: ImageSize) -> String { "\(scratch)/weights-\(size).safetensors" }

    // Values and speeds beside PyTorch.

    /// `arch` is the network; nil for the one that all else is done with.
    package func compareNetwork(_ arch: String? = nil, json: String) -> Command {
        peer("compare_network.py", ["\(scratch)/network"] + cases(sizes.comparisons), json, arch: arch)
    }

    package func compareTraining(json: String) -> Command {
        let steps = ["\(scratch)/training", "--steps", "\(sizes.comparedSteps)"]
        return peer("compare_training.py", steps + cases(sizes.trainingComparisons), json)
    }

    /// Speeds of training; compiled networks are timed where there is time to compile them.
    package func benchTraining(_ plan: PeerPlan, json: String, seconds: Double) -> Command {
        peer("bench_training.py", plan.arguments(sizes) + ["--seconds", whole(seconds)], json)
    }

    package func benchNetwork(_ plan: PeerPlan, json: String, seconds: Double) -> Command {
        peer("bench_network.py", plan.arguments(sizes) + ["--seconds", whole(seconds)], json)
    }

    /// Seconds of training steps of an EfficientNet, one a line, by random weights on data that lies on the card.
    package func efficientNetSteps(amp: String) -> Command {
        ours(
            bench,
            [
                "train", "--arch", sizes.efficientNet, "--size", "\(sizes.large)", "--batch",
                "\(sizes.efficientNetBatch)", "--device", "cuda", "--amp", amp, "--warm-up", "\(sizes.warmUpSteps)",
                "--runs", "\(sizes.timedSteps)",
            ])
    }

    private func peer(_ script: String, _ arguments: [String], _ json: String, arch: String? = nil) -> Command {
        let device = ["--device", kit.isEmulated ? "emulated" : "cuda", "--cuda-plugin", kit.plugin]
        let more = ["--arch", arch ?? sizes.arch, "--json", json]
        let unbuffered = ["PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"]
        return Command(
            "python3", ["\(kit.peers)/\(script)", bench] + arguments + device + more,
            environment: environment.merging(unbuffered) { $1 })
    }

    private func cases(_ shapes: [BatchShape]?) -> [String] {
        shapes.map { ["--cases", $0.map(\.description).joined(separator: ",")] } ?? []
    }

    // mammo train and mammo infer.

    package func train(_ set: ImageSet, _ shape: BatchShape, amp: String, out: String, more: [String]) -> Command {
        ours(
            mammo,
            [
                "train", "--images", set.folder, "--csv", set.table, "--folds-file", set.folds, "--fold", "0",
                "--weights",
                weights(shape.size), "--arch", sizes.arch, "--batch-size", "\(shape.batch)", "--device", "cuda",
                "--amp",
                amp, "--quiet", "--out", out,
            ] + more)
    }

    package func resume(_ run: String) -> Command { ours(mammo, ["train", "--resume", run, "--quiet"]) }

    package func infer(_ set: ImageSet, _ shape: BatchShape, amp: String, out: String, more: [String]) -> Command {
        ours(
            mammo,
            [
                "infer", "--weights", weights(shape.size), "--png-dir", set.folder, "--csv", set.table, "--batch-size",
                "\(shape.batch)", "--device", "cuda", "--amp", amp, "--out", out, "--quiet", "--json",
                // A run that had no more time leaves what it has, of another type perhaps.
                "--force",
            ] + more)
    }

    private func whole(_ seconds: Double) -> String { "\(max(1, Int(seconds)))" }
}

/// What bench_training.py or bench_network.py is asked to time.
package struct PeerPlan: Sendable {
    package var shapes: [BatchShape]
    package var amps: [String]
    package var isCompiled: Bool

    fileprivate func arguments(_ sizes: Sizes) -> [String] {
        [
            "--peers", "--rounds", "\(sizes.rounds)", "--runs", "\(sizes.peerRuns)", "--cases",
            shapes.map(\.description).joined(separator: ","), "--amp", amps.joined(separator: ","),
        ] + (isCompiled ? [] : ["--no-compile"])
    }
}

import MammoBase
import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet
import MammoTrain

/// What is trained on what, and where: the banner of a run, and the first part of what `--dry-run` prints.
struct TrainingFacts {
    private let plan: TrainingPlan
    private let device: String
    private let estimate: TrainingEstimate?

    /// What a run begins with.
    ///
    /// - Parameters:
    ///   - plan: What is trained on what.
    ///   - device: What computes.
    ///   - estimate: Memory and time; nil where they are not estimated.
    init(_ plan: TrainingPlan, on device: any Device, _ estimate: TrainingEstimate?) {
        (self.plan, self.device, self.estimate) = (plan, device.name, estimate)
    }

    /// Names and texts.
    var rows: [(name: String, text: String)] {
        [
            ("network", network), ("training", Self.positives(plan.table.training)),
            (
                "validation",
                "\(Self.positives(plan.table.validation)) (fold \(plan.configuration.fold) of \(plan.table.foldCount))"
            ), ("images", images), ("augmentation", plan.augmentation.description), ("device", computer),
            ("steps", steps),
        ] + expenses
    }

    private var network: String {
        let parameters = plan.architecture.parameters
        let frozen = parameters.prefix(plan.recipe.frozen)
        let all = "\(plan.architecture.family) \(plan.architecture.name), \(Self.values(parameters)) parameters"
        let kept =
            frozen.isEmpty
            ? "" : ", \(Self.values(frozen)) of them frozen (the first \(frozen.count.of("tensor")))"
        let weights = plan.configuration.weights
        return all + kept + (weights == "none" ? "; random weights" : "; from \(weights)")
    }

    private var images: String {
        let made = plan.table.parameters?.description ?? "with unknown preprocessing"
        return "\(plan.table.rows)x\(plan.table.columns), \(made)"
    }

    private var computer: String {
        let configuration = plan.configuration
        let processes = configuration.processes ?? 1
        // A card's name has its precision.
        let precision = configuration.device == .cpu ? ", fp32" : ""
        return device + precision + (processes > 1 ? "; the first of \(processes) processes" : "")
    }

    private var steps: String {
        let (epochs, all) = (plan.recipe.epochs, plan.steps)
        let batches = "batches of \(plan.sampler.batchSize.of("image"))"
        let added = plan.recipe.accumulate > 1 ? ", \(plan.recipe.accumulate) to a step" : ""
        return "\(all): \(epochs.of("epoch")) of \(all / max(1, epochs)), \(batches)\(added)"
    }

    /// Memory and time.
    private var expenses: [(name: String, text: String)] {
        guard let estimate else { return [] }
        let (memory, cache) = (estimate.memory, estimate.cache)
        return [
            (
                "memory",
                "about \(memory.bytes.asBytes) (\(memory.activations.asBytes) of activations)"
                    + (cache > 0 ? ", and \(cache.asBytes) of cached images" : "")
            ),
            (
                "time",
                "about \(Progress.duration(estimate.seconds)): \(estimate.secondsPerStep.decimals(2)) s a step; "
                    + "estimated from a few small steps"
            ),
        ]
    }

    private static func positives(_ rows: [ImageTable.Row]) -> String {
        "\(rows.count.of("image")), \(rows.count { $0.cancer == true }) with cancer"
    }

    /// The values in tensors, in millions from a million on.
    private static func values(_ parameters: some Sequence<ParameterSpec>) -> String {
        let count = parameters.reduce(0) { $0 + $1.count }
        return count < 1_000_000 ? "\(count)" : "\((Double(count) / 1e6).decimals(1)) million"
    }
}

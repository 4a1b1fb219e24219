import MammoBase
import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet

/// What a run would take, without training.
public struct TrainingEstimate: Sendable {
    /// Positives in batches and epochs.
    public let sampling: SamplerSummary
    /// Steps of an epoch.
    public let stepsPerEpoch: Int
    /// Steps of the run.
    public let steps: Int
    /// How much memory.
    public let memory: TrainingMemory
    /// Bytes of decoded images that `cache: ram` keeps; 0 without.
    public let cache: Int
    /// Seconds of a step, as measured on smaller images here and now and scaled up.
    public let secondsPerStep: Double
    /// Seconds of the run, validation and all.
    public let seconds: Double

    /// Estimates a run.
    ///
    /// - Parameters:
    ///   - plan: What would be trained on what.
    ///   - device: Where.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(_ plan: TrainingPlan, on device: any Device) throws {
        let configuration = plan.configuration
        sampling = SamplerSummary(plan.sampler)
        stepsPerEpoch = plan.sampler.stepsPerEpoch(accumulating: plan.recipe.accumulate)
        steps = plan.steps
        memory = try TrainingMemory(
            plan.architecture, on: device,
            input: Shape(
                images: configuration.batchSize, rows: plan.table.rows, columns: plan.table.columns, channels: 3),
            frozen: plan.recipe.thaws.last?.frozen ?? plan.recipe.frozen, recomputes: configuration.recompute,
            averages: plan.recipe.averageDecay != nil, optimizer: plan.recipe.optimizer)
        let images = plan.table.training.count + plan.table.validation.count
        cache =
            configuration.cache == .ram
            ? ImageCache.bytes(
                images: images, rows: plan.table.rows, columns: plan.table.columns,
                depth: plan.table.depth) : 0
        let processes = Double(configuration.processes ?? 1)
        let pixels = Double(plan.table.rows * plan.table.columns)
        let rate = try Self.measure(plan, on: device)
        secondsPerStep =
            rate.update
            + rate.pixel * pixels * Double(configuration.batchSize * plan.recipe.accumulate)
        let training =
            Double(plan.recipe.epochs * stepsPerEpoch) * rate.update
            + rate.pixel * pixels * Double(plan.recipe.epochs * sampling.images) / processes
        // Forward alone is about a third of a step.
        let validation = rate.pixel / 3 * pixels * Double(plan.recipe.epochs * plan.table.validation.count) / processes
        seconds = training + validation
    }

    /// Seconds of an update and of a pixel forward and backward: from two steps on small images.
    private static func measure(
        _ plan: TrainingPlan, on device: any Device
    ) throws -> (update: Double, pixel: Double) {
        let counts = Dictionary(uniqueKeysWithValues: plan.architecture.entries.map { ($0.name, $0.count) })
        let network = try TrainingNetwork(plan.architecture, on: device, recomputes: plan.configuration.recompute) {
            [Float](repeating: 0.01, count: counts[$0] ?? 0)
        }
        try network.freeze(plan.recipe.frozen)
        let optimizer = try plan.recipe.optimizer.make(for: network)
        func seconds(_ shape: Shape) throws -> Double {
            let input = try device.tensor([Float](repeating: 0.5, count: shape.count), shape)
            let clock = ContinuousClock()
            return try (0..<3).map { _ in
                try clock.measure {
                    try network.clearGradients()
                    try network.backward(try network.forward(input), slopes: [1])
                    try optimizer.step(network, rate: 1e-5)
                    // A card has done its work when something is read from it.
                    _ = try device.read(network.parameters.all[0])
                }.inSeconds
            }.min() ?? 0
        }
        let small = Shape(rows: min(plan.table.rows, 128), columns: min(plan.table.columns, 64), channels: 3)
        let large = Shape(rows: min(plan.table.rows, 512), columns: min(plan.table.columns, 256), channels: 3)
        let (a, b) = (try seconds(small), try seconds(large))
        let (p, q) = (Double(small.positions), Double(large.positions))
        guard q > p else { return (0, a / p) }
        let pixel = max(0, (b - a) / (q - p))
        return (max(0, a - pixel * p), pixel)
    }
}

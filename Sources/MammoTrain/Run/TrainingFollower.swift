import MammoCompute
import MammoData
import MammoGraph
import MammoNet

/// A process of a run beside the first: it computes its share of each batch, and writes nothing.
public final class TrainingFollower {
    private let trainer: Trainer

    /// Sets it up, and takes over from the first process where the run is.
    ///
    /// - Parameters:
    ///   - plan: What is trained on what, as the first process has it.
    ///   - device: Where to compute.
    ///   - cores: Those of this process: see `TrainingPlan.workers`.
    ///   - group: The processes that train together.
    /// - Throws: `DataError`, `TrainingError`, `ComputeError`.
    public init(
        _ plan: TrainingPlan, on device: any Device, cores: Int, group: any ProcessGroup
    ) throws {
        trainer = try plan.trainer(
            on: device, cores: cores, in: group, start: StartingValues(zerosFor: plan.architecture))
        _ = try CardIdentities.shared(by: group, device)
        try Checkpoint.share(trainer)
    }

    /// Trains with the others.
    ///
    /// - Parameter goesOn: Asked after each step; where any process answers false the run ends there.
    /// - Returns: Whether the run is over; false where it was ended before.
    /// - Throws: `TrainingError` where the loss is not finite, `DataError` where images cannot be read, `ComputeError`.
    public func train(goesOn: @escaping () -> Bool) throws -> Bool {
        let signal = TestSignal.requested(at: .step)
        return try trainer.run(Trainer.Listener(stepDone: { _ in signal?.countOne() }, goesOn: goesOn))
    }
}

extension TrainingPlan {
    /// The trainer of one of a run's processes, checked to be set up as the first.
    func trainer(
        on device: any Device, cores: Int, in group: any ProcessGroup, start: StartingValues,
        meter: ReaderMeter = ReaderMeter()
    ) throws -> Trainer {
        let place = try (device as? CUDADevice)?.placeOfChoices()?.description ?? ""
        let own = Array((agreement + place).utf8)
        guard try group.broadcast(own) == own else { throw TrainingError.disagreement }
        let network = try TrainingNetwork(
            architecture, on: device, recomputes: configuration.recompute,
            freezesNorms: configuration.freezeNorm, values: start.values)
        let share = BatchShare(rank: group.rank, processes: group.count)
        return try Trainer(
            recipe, network, try data(workers: workers(cores: cores, on: device), share: share, meter: meter),
            normalisation: start.normalisation, in: group)
    }
}

import MammoCompute
import MammoData

/// Puts an epoch's batches together to steps. A step is made when the batch after it has come, so that this one's images are on
/// their way to the device while the step's results are waited for.
struct StepBatches {
    /// Batches whose gradients make one step.
    let accumulate: Int
    /// The number of the epoch's last batch.
    let last: Int

    private func isDue(_ waiting: [TrainingBatch]) -> Bool {
        waiting.count == accumulate || waiting.last?.step == last
    }

    /// Makes the steps of an epoch.
    ///
    /// - Parameters:
    ///   - make: Makes a step of the given batches. Its second argument is the batch after them, or nil at the end of the epoch.
    ///     Returning false ends the epoch.
    ///   - batches: Gives each batch to its argument, until that says false.
    /// - Returns: False where a step ended the epoch.
    /// - Throws: What `make` throws; what `batches` throws, after the step whose batches have come.
    func run(
        _ make: @escaping ([TrainingBatch], TrainingBatch?) throws -> Bool,
        of batches: ((TrainingBatch) throws -> Bool) throws -> Void
    ) throws -> Bool {
        var waiting: [TrainingBatch] = []
        var (goesOn, isMaking) = (true, false)
        func makeDue(before next: TrainingBatch?) throws {
            isMaking = true
            goesOn = try make(waiting, next)
            (waiting, isMaking) = ([], false)
        }
        do {
            try batches { batch in
                if isDue(waiting) { try makeDue(before: batch) }
                waiting.append(batch)
                return goesOn
            }
        } catch {
            if !isMaking, isDue(waiting) { try makeDue(before: nil) }
            throw error
        }
        if goesOn, isDue(waiting) { try makeDue(before: nil) }
        return goesOn
    }
}

/// A batch whose images are on their way to the device, or none.
struct StagedBatch {
    private var held: (step: Int, input: StagedInput)?

    /// None.
    init() {}

    /// A batch on its way.
    init(_ batch: TrainingBatch, _ input: StagedInput) { held = (batch.step, input) }

    /// Gives the images away where they are those of a batch of the same epoch; forgets them in any case.
    mutating func take(_ batch: TrainingBatch) -> StagedInput? {
        defer { held = nil }
        return held?.step == batch.step ? held?.input : nil
    }
}

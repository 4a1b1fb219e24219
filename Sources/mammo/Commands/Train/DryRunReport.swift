import MammoBase
import MammoCompute
import MammoData
import MammoNet
import MammoTrain

/// What `train --dry-run` prints.
struct DryRunReport {
    private let plan: TrainingPlan
    private let estimate: TrainingEstimate
    private let facts: TrainingFacts

    /// Estimates a run.
    ///
    /// - Parameters:
    ///   - plan: What would be trained on what.
    ///   - device: Where.
    /// - Throws: `ComputeError`.
    init(_ plan: TrainingPlan, on device: any Device) throws {
        self.plan = plan
        estimate = try TrainingEstimate(plan, on: device)
        facts = TrainingFacts(plan, on: device, estimate)
    }

    private struct Summary: Encodable {
        struct Positives: Encodable {
            var expected: Double
            var expected_per_batch: Double
            var least_per_batch: Int
            var mean_per_batch: Double
            var most_per_batch: Int
            var per_epoch: Int
            var batches_without: Int
        }
        var cache_bytes: Int
        var columns: Int
        var memory_bytes: Int
        var positives: Positives
        var rows: Int
        var seconds: Double
        var seconds_per_step: Double
        var steps: Int
        var steps_per_epoch: Int
        var training: Int
        var validation: Int
    }

    func print(json: Bool) {
        let sampling = estimate.sampling
        if json {
            let positives = Summary.Positives(
                expected: sampling.expectedPositives, expected_per_batch: sampling.expectedPositivesPerBatch,
                least_per_batch: sampling.positivesPerBatch.least, mean_per_batch: sampling.positivesPerBatch.mean,
                most_per_batch: sampling.positivesPerBatch.most, per_epoch: sampling.positives,
                batches_without: sampling.batchesWithout)
            Console.out(
                JSONText.line(
                    Summary(
                        cache_bytes: estimate.cache, columns: plan.table.columns, memory_bytes: estimate.memory.bytes,
                        positives: positives, rows: plan.table.rows, seconds: estimate.seconds,
                        seconds_per_step: estimate.secondsPerStep, steps: estimate.steps,
                        steps_per_epoch: estimate.stepsPerEpoch, training: plan.table.training.count,
                        validation: plan.table.validation.count)))
            return
        }
        let spread = sampling.positivesPerBatch
        let rows =
            facts.rows + [
                (
                    "positives an epoch",
                    "\(sampling.positives) (\(sampling.expectedPositives.decimals(1)) expected), "
                        + "\(sampling.differentPositives) different"
                ),
                (
                    "positives a batch",
                    "\(spread.least) to \(spread.most), mean \(spread.mean.decimals(2)) "
                        + "(\(sampling.expectedPositivesPerBatch.decimals(2)) expected); "
                        + "\(sampling.batchesWithout.of("batch", "batches")) without"
                ),
            ]
        for line in TextTable.facts(rows) { Console.out(line) }
        Console.out("Nothing was trained or written.")
    }
}

import MammoBase
import MammoData
import MammoImage
import MammoNet
import MammoTrain

/// What `train --dry-run` prints.
struct DryRunReport {
    private let plan: TrainingPlan
    private let estimate: TrainingEstimate

    init(_ plan: TrainingPlan, _ estimate: TrainingEstimate) { (self.plan, self.estimate) = (plan, estimate) }

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
        func positives(_ rows: [ImageTable.Row]) -> String {
            "\(rows.count) images, \(rows.count { $0.cancer == true }) with cancer"
        }
        let spread = sampling.positivesPerBatch
        let rows = [
            ["training", positives(plan.table.training)],
            [
                "validation",
                "\(positives(plan.table.validation)) (fold \(plan.configuration.fold) of \(plan.table.foldCount))",
            ],
            [
                "images",
                "\(plan.table.rows)x\(plan.table.columns), \(plan.table.parameters?.description ?? "with unknown preprocessing")",
            ],
            ["augmentation", plan.augmentation.description],
            ["steps", "\(estimate.steps): \(plan.recipe.epochs) epochs of \(estimate.stepsPerEpoch)"],
            [
                "positives an epoch",
                "\(sampling.positives) (\(sampling.expectedPositives.decimals(1)) expected), \(sampling.differentPositives) different",
            ],
            [
                "positives a batch",
                "\(spread.least) to \(spread.most), mean \(spread.mean.decimals(2)) (\(sampling.expectedPositivesPerBatch.decimals(2)) expected); \(sampling.batchesWithout) batches without",
            ],
            [
                "memory",
                "about \(Self.gigabytes(estimate.memory.bytes)) (\(Self.gigabytes(estimate.memory.activations)) of activations)"
                    + (estimate.cache > 0 ? ", and \(Self.gigabytes(estimate.cache)) of cached images" : ""),
            ],
            ["time", "about \(Progress.duration(estimate.seconds)): \(estimate.secondsPerStep.decimals(2)) s a step"],
        ]
        for line in TextTable.facts(rows.map { ($0[0], $0[1]) }) { Console.out(line) }
        Console.out("Nothing was trained or written.")
    }

    private static func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e9).decimals(2)) GB" }
}

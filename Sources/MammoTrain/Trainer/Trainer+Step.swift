import MammoBase
import MammoCompute
import MammoData
import MammoGraph
import MammoNet

// A step of the optimizer: its batches forward and backward, the sums over processes, and the update.
extension Trainer {
    /// One step of the optimizer, from the mean of its batches' mean losses, which is returned. The images of the batch after it
    /// are brought to the device meanwhile.
    func step(_ batches: [TrainingBatch], rate: Double, before next: TrainingBatch?) throws -> Double {
        try network.clearGradients()
        var loss = 0.0
        for (place, batch) in batches.enumerated() {
            // Gradients accumulate: they are complete in the last batch's backward pass.
            let sum: ([Tensor]) throws(ComputeError) -> Void = place == batches.count - 1 ? beginSum : { _ in }
            let part = batch.range.isEmpty ? nil : try gradients(of: batch, oneOf: batches.count, done: sum)
            if part == nil { try joinBatch(done: sum) }
            // Before anything is waited for: the device still has the backward pass to do.
            if place == batches.count - 1, let next, !next.range.isEmpty {
                staged = StagedBatch(next, try network.device.stage(normalisation.batch(of: next.images)))
            }
            guard let part else { continue }
            // The loss is the forward pass's own, without the loss scale: activations have overflowed or parameters are lost, which no
            // smaller scale mends. GradScaler would skip such steps one after another without a word.
            let value = try part()
            guard value.isFinite else {
                throw TrainingError.lossNotFinite(
                    Float(value), step: progress.steps, files: batch.rows.map(\.outputName))
            }
            loss += value / Double(batches.count)
        }
        // What each process has is its images' part of the mean over all.
        loss = try group.sum([loss])[0]
        try group.finishSums()
        guard try unscale() else { return loss }
        var scale: Float = 1
        if let most = recipe.clipNorm {
            let found = try network.gradientNorm()
            guard found.isFinite else {
                throw TrainingError.lossNotFinite(
                    Float(found), step: progress.steps, files: batches.flatMap { $0.rows.map(\.outputName) })
            }
            // torch.nn.utils.clip_grad_norm_.
            scale = Float(min(1, most / (found + 1e-6)))
        }
        try optimizer.step(network, rate: rate, gradientScale: scale)
        if let average, let decay = recipe.averageDecay {
            // Running statistics are averaged too, as by timm's ModelEmaV2; counters of batches are not: see `tensors`.
            let statistics = network.architecture.entries.filter { !$0.isTrained && $0.role != .counter }
            let names = (network.trained + statistics).map(\.name)
            try network.device.approach(
                names.map { average[$0] }, names.map { network.parameters[$0] }, share: Float(1 - decay))
        }
        return loss
    }

    /// Begins to sum gradients over the processes, while the backward pass goes on.
    private func beginSum(_ gradients: [Tensor]) throws(ComputeError) {
        try group.beginSum(gradients, on: network.device)
    }

    /// Puts a batch's forward and backward passes in line.
    ///
    /// - Parameters:
    ///   - batch: With at least one image of this process.
    ///   - batches: How many make the step.
    ///   - done: Given gradients as soon as they are in line.
    /// - Returns: What waits for the batch's mean loss, or this process's part of it.
    /// - Throws: `ComputeError`.
    private func gradients(
        of batch: TrainingBatch, oneOf batches: Int, done: ([Tensor]) throws(ComputeError) -> Void
    ) throws -> @Sendable () throws(ComputeError) -> Double {
        var chance = random.depth(epoch: progress.epoch, step: batch.step)
        let branches = StochasticDepth(recipe.stochasticDepth, for: network.architecture)
            .branches(images: batch.count, &chance).map { $0.of(batch.range) }
        let input = try BatchInput(batch, normalisation, staged: staged.take(batch), on: network.device)
        let tape = try network.forward(input.values, branches: branches, dropout: dropout(for: batch))
        let made = try recipe.loss.slopes(
            tape.output, input.labels, of: batch.count, batches: batches, scale: Float(progress.scaler?.scale ?? 1),
            on: network.device)
        try network.backward(consume tape, slopes: made.slopes, done: done)
        return made.loss
    }

    /// Takes part in a batch of which this process has no image: batch normalisations sum over all processes, and so do gradients.
    private func joinBatch(done: ([Tensor]) throws(ComputeError) -> Void) throws {
        guard network.sumsOverProcesses != nil else {
            for part in network.gradientParts { try done(part) }
            return
        }
        let size = data.training.size
        let nothing = Shape(images: 0, rows: size.rows, columns: size.columns, channels: 3)
        let tape = try network.forward(try network.device.tensor([], nothing))
        let slopes = try network.device.tensor([], Shape(images: 0, channels: 1))
        try network.backward(consume tape, slopes: slopes, done: done)
    }

    /// What dropout zeroes of this process's images of a batch.
    private func dropout(for batch: TrainingBatch) -> DropoutMasks {
        let (random, epoch) = (random, progress.epoch)
        let first = batch.step * data.sampler.batchSize + batch.range.lowerBound
        return DropoutMasks { image, count in
            var generator = random.dropout(epoch: epoch, position: first + image)
            return (0..<count).map { _ in generator.nextUnit() }
        }
    }

    /// Takes the loss scale out of the gradients, where there is one.
    ///
    /// - Returns: Whether the step can be made: false where a gradient has overflowed.
    /// - Throws: `TrainingError.noLossScale`, `ComputeError`.
    private func unscale() throws -> Bool {
        guard var scaler = progress.scaler else { return true }
        let isFinite = try scaler.unscale(network)
        guard scaler.isOfUse else { throw TrainingError.noLossScale(step: progress.steps) }
        progress.scaler = scaler
        return isFinite
    }
}

import MammoCompute

extension BinaryLoss {
    /// A batch's slopes and mean loss, or what some of its images add to it, by the device where it computes them itself: the
    /// logits are then not waited for, and slopes are those of `mean` or beside them by a rounding of single precision.
    ///
    /// - Parameters:
    ///   - logits: N×1×1×1, of the device.
    ///   - labels: One for each, 0 to 1.
    ///   - images: How many images the batch has.
    ///   - batches: Batches whose gradients make one step, which slopes are divided by.
    ///   - scale: What slopes are multiplied by: the loss scale, a power of two.
    ///   - device: Where the network computes.
    /// - Returns: The slopes, for `TrainingNetwork.backward`; and what waits for the loss, without `batches` and `scale`. Asked
    ///   after the backward pass is in line, it keeps no device waiting.
    /// - Throws: `ComputeError`.
    public func slopes(
        _ logits: Tensor, _ labels: [Float], of images: Int, batches: Int = 1, scale: Float = 1, on device: any Device
    ) throws(ComputeError) -> (slopes: Tensor, loss: @Sendable () throws(ComputeError) -> Double) {
        let terms = LossTerms(
            positiveWeight: positiveWeight, softPositive: softPositive, smoothing: smoothing,
            focal: focal.map { ($0.gamma, $0.alpha) }, images: images, batches: batches, scale: scale)
        if let made = try device.slopes(logits, labels, terms) {
            return (made.slopes, { () throws(ComputeError) in try made.sum() / Double(images) })
        }
        let (loss, slopes) = mean(try device.read(logits), labels, of: images)
        let scaled = slopes.map { $0 / Float(batches) * scale }
        return (try device.tensor(scaled, Shape(images: scaled.count, channels: 1)), { loss })
    }
}

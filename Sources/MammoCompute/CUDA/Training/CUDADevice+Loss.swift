import CCUDA

extension CUDADevice {
    /// The sum is on its way back before the backward pass is put in line.
    public func slopes(_ logits: Tensor, _ labels: [Float], _ loss: LossTerms) throws(ComputeError) -> LossSlopes? {
        let shape = Shape(images: labels.count, channels: 1)
        precondition(logits.shape.count == labels.count, "a label for each logit")
        let (logits, labels) = (try single(logits), try tensor(labels, shape))
        let slopes = try makeTensor(shape)
        let memory = try CUDAMemory(bytes: MemoryLayout<Double>.size, in: context)
        let sum = memory.base.assumingMemoryBound(to: Double.self)
        var terms = mammo_cuda_loss(loss)
        try context.call { table, handle in
            table.loss(handle, logits.card, labels.card, Int32(shape.images), &terms, slopes.card, sum)
        }
        let reading = try readBack.begin(sum, bytes: memory.bytes)
        return LossSlopes(slopes) { () throws(ComputeError) in
            var value = 0.0
            try reading.finish { value = $0.loadUnaligned(as: Double.self) }
            return value
        }
    }
}

extension mammo_cuda_loss {
    fileprivate init(_ loss: LossTerms) {
        self.init(
            positive_weight: loss.positiveWeight, soft_positive: loss.softPositive, smoothing: loss.smoothing,
            focal: loss.focal == nil ? 0 : 1, gamma: loss.focal?.gamma ?? 0, alpha: loss.focal?.alpha ?? -1,
            images: Double(loss.images), batches: Float(loss.batches), scale: loss.scale)
    }
}

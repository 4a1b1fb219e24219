extension CPUDevice {
    /// Normalised in place.
    public func input(_ batch: GrayInput) throws(ComputeError) -> Tensor {
        let result = try makeTensor(batch.shape)
        batch.normalise(into: result.host, threads: threads)
        return result
    }
}

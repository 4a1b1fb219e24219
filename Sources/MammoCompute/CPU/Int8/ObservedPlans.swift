/// A ConvNeXt block in fp32, one operation after another, whose activations' ranges are recorded.
struct ObservedBlock: InferencePlan {
    private let device: CPUDevice
    private let segment: String
    private let recorder: RangeRecorder
    private let depthwise: Depthwise
    private let norm: LayerNorm
    private let (expand, contract): (any Matrix, any Matrix)

    init(
        _ parts: ConvNeXtBlockParts, segment: String, _ recorder: RangeRecorder, on device: CPUDevice
    ) throws(ComputeError) {
        (self.device, self.segment, self.recorder) = (device, segment, recorder)
        depthwise = try parts.depthwise(on: device)
        norm = try device.plainNorm(parts.channels)
        expand = try device.matrix(parts.expandOfNormal)
        contract = try device.matrix(parts.contract)
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        let normal = try device.layerNorm(try device.depthwise(input, depthwise), norm)
        recorder.add(normal, segment: segment, product: 0, threads: device.threads)
        let hidden = try device.linear(normal, expand, finish: .gelu)
        recorder.add(hidden, segment: segment, product: 1, threads: device.threads)
        return try device.linear(hidden, contract, finish: .residual(input))
    }
}

/// A norm and a convolution of patches in fp32 whose activations' ranges are recorded.
struct ObservedDownsample: InferencePlan {
    private let device: CPUDevice
    private let segment: String
    private let recorder: RangeRecorder
    private let norm: LayerNorm
    private let side: Int
    private let matrix: any Matrix

    init(
        _ parts: PatchParts, segment: String, _ recorder: RangeRecorder, on device: CPUDevice
    ) throws(ComputeError) {
        (self.device, self.segment, self.recorder, side) = (device, segment, recorder, parts.side)
        norm = try device.plainNorm(parts.channels)
        matrix = try device.matrix(parts.weightsOfNormal)
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        let normal = try device.layerNorm(input, norm)
        recorder.add(normal, segment: segment, product: 0, threads: device.threads)
        return try device.patches(normal, side: side, matrix, before: nil, after: nil)
    }
}

extension CPUDevice {
    /// A norm that neither scales nor moves.
    fileprivate func plainNorm(_ channels: Int) throws(ComputeError) -> LayerNorm {
        try norm([Float](repeating: 1, count: channels), [Float](repeating: 0, count: channels))
    }
}

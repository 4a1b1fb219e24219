import MammoGraph

/// What a network's products are computed in, for prediction.
public enum Arithmetic: Sendable {
    /// What the device computes in by itself.
    case full
    /// Single precision on the CPU, with a record of the activations' ranges.
    case observed(RangeRecorder)
    /// 8 bits on the CPU, by these ranges of activations.
    case int8(Int8Ranges)

    /// Whether a network of these segments can be computed so: whether code for 8 bits knows all of them.
    ///
    /// - Parameter segments: Of a network.
    /// - Returns: Always true of `full`.
    public func knows(_ segments: [Segment]) -> Bool {
        if case .full = self { return true }
        return segments.allSatisfy { segment in
            switch Structure(segment) {
            case .convNeXtBlock(let channels): channels % 4 == 0
            case .patches(let convolution, _): convolution.inputs * convolution.kernel % 4 == 0
            case .pooledHead: true
            // A head with another pooling is computed in full.
            case nil: segment.stage == nil
            }
        }
    }

    /// Plans a segment for prediction.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order and torchvision's layout.
    ///   - device: Where.
    /// - Returns: The plan. The stem and the head are as the device has them.
    /// - Throws: `ComputeError.unavailable` where the device or the processor has no code for it, or the ranges are those of
    ///   another network; `ComputeError.outOfMemory`.
    public func plan(
        _ segment: Segment, values: [[Float]], on device: any Device
    ) throws(ComputeError) -> any InferencePlan {
        if case .full = self { return try device.plan(segment, values: values) }
        guard let device = device as? CPUDevice else {
            throw .unavailable(
                "int8 is for the CPU, but \(device.name) computes; give --device cpu, or predict in fp32")
        }
        let kernels = try Int8Kernels.required()
        let structure = Structure(segment)
        let widths: [Int]
        switch structure {
        case .convNeXtBlock(let channels): widths = [channels, 4 * channels]
        case .patches(let convolution, norm: .before): widths = [convolution.inputs]
        default: return try device.plan(segment, values: values)
        }
        var ranges: [ActivationRanges] = []
        if case .int8(let all) = self {
            ranges = all[segment.name] ?? []
            guard ranges.count == widths.count, zip(ranges, widths).allSatisfy({ $0.fits($1) }) else {
                throw .unavailable(
                    "\(segment.name): no finite ranges of \(widths.map(String.init).joined(separator: " and ")) channels; "
                        + "calibrate with this network")
            }
        }
        switch (structure, self) {
        case (.convNeXtBlock(let channels), .observed(let recorder)):
            return try ObservedBlock(
                ConvNeXtBlockParts(channels, values), segment: segment.name, recorder, on: device)
        case (.convNeXtBlock(let channels), _):
            return try Int8Block(ConvNeXtBlockParts(channels, values), ranges, kernels, on: device)
        case (.patches(let convolution, let place), .observed(let recorder)):
            return try ObservedDownsample(
                PatchParts(convolution, norm: place, values), segment: segment.name, recorder, on: device)
        case (.patches(let convolution, let place), _):
            return try Int8Downsample(PatchParts(convolution, norm: place, values), ranges, kernels, on: device)
        default: preconditionFailure("other structures have returned")
        }
    }
}

import CKernels

/// A ConvNeXt block whose products are in 8 bits. The depthwise convolution, its input and the block's output are in fp32; some
/// hundred positions are computed at a time, so that all that lies between stays in the second level cache.
struct Int8Block: InferencePlan {
    private let device: CPUDevice
    private let kernels: Int8Kernels
    private let depthwise: Depthwise
    private let expand: Int8Matrix
    private let contract: Int8Matrix
    private let normal: Int8Quantisation
    private let hidden: Int8Quantisation

    /// A block by the ranges of the normalised values and of the hidden ones.
    init(
        _ parts: ConvNeXtBlockParts, _ ranges: [ActivationRanges], _ kernels: Int8Kernels, on device: CPUDevice
    ) throws(ComputeError) {
        (self.device, self.kernels) = (device, kernels)
        depthwise = try parts.depthwise(on: device)
        normal = try Int8Quantisation(ranges[0], for: kernels)
        hidden = try Int8Quantisation(ranges[1], for: kernels)
        expand = try Int8Matrix(parts.expandOfNormal, ranges[0], for: kernels)
        contract = try Int8Matrix(parts.contract, ranges[1], for: kernels)
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        let output = try device.outputOfBlock(of: input, spare: spare)
        let channels = input.shape.channels
        precondition(channels == expand.inputs, "\(channels) channels for a block of \(expand.inputs)")
        let rowStride = device.scratchStride(channels)
        let (normalStride, hiddenStride) = (Self.stride(channels), Self.stride(expand.outputs))
        let floats = rowStride + (normalStride + hiddenStride) / 4
        let grain = device.grain(rows: input.shape.positions, floats: floats + 2 * channels)
        parallelRanges(
            input.shape.positions, threads: device.threads, grain: grain, scratch: device.scratch(grain * floats)
        ) { range, rows in
            let bytes = UnsafeMutableRawPointer(rows + grain * rowStride).assumingMemoryBound(to: UInt8.self)
            let hiddenBytes = bytes + grain * normalStride
            device.convolve(input, depthwise, range, rows, stride: rowStride)
            kernels.normalise(
                rows, stride: rowStride, count: range.count, channels: channels, normal, into: bytes,
                outStride: normalStride)
            var up = expand.product(rows: bytes, stride: normalStride, count: range.count)
            up.finish = ckernels_int8_gelu
            up.quantised = hiddenBytes
            up.quantised_stride = hiddenStride
            up.factor = hidden.factor
            up.shift = hidden.shift
            kernels.table.pointee.product(&up)

            var down = contract.product(rows: hiddenBytes, stride: hiddenStride, count: range.count)
            down.finish = ckernels_int8_add_residual
            down.out = output.host + range.lowerBound * channels
            down.out_stride = channels
            down.residual = UnsafePointer(input.host + range.lowerBound * channels)
            down.residual_stride = channels
            kernels.table.pointee.product(&down)
        }
        return output
    }

    /// Bytes from one row to the next: whole panels, and not a multiple of 4 KB.
    private static func stride(_ count: Int) -> Int { (count + 63) / 64 * 64 + 64 }
}

extension Int8Kernels {
    /// Normalises rows over their channels, without a norm's own scale and shift, into bytes.
    func normalise(
        _ rows: UnsafePointer<Float>, stride: Int, count: Int, channels: Int, _ quantisation: Int8Quantisation,
        into out: UnsafeMutablePointer<UInt8>, outStride: Int
    ) {
        var call = ckernels_int8_norm(
            rows: rows, row_stride: stride, row_count: count, channels: channels,
            epsilon: Structure.layerNormEpsilon, factor: quantisation.factor, shift: quantisation.shift, out: out,
            out_stride: outStride)
        table.pointee.norm(&call)
    }
}

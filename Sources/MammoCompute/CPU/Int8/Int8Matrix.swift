import CKernels

/// Weights in 8 bits, in panels as the kernels read them, with a scale for each output.
///
/// An input is there as q = round(value · factor + shift). The weights have the factors' inverses in them, so that
/// value · weight = (q - shift) · (weight / factor); what the shifts add up to is in the offset.
final class Int8Matrix: Sendable {
    let inputs: Int
    let outputs: Int
    private let paddedOutputs: Int
    private let panelStride: Int
    private let memory: HostMemory
    private let parameters: HostMemory

    /// Quantises weights.
    ///
    /// - Parameters:
    ///   - weights: The product; its layer scale becomes part of the outputs' scales.
    ///   - ranges: Of the inputs' channels, of which there may be fewer: they repeat.
    ///   - kernels: What the panels are for.
    /// - Throws: `ComputeError.outOfMemory`; `ComputeError.unavailable` where a weight is not finite.
    init(_ weights: LinearWeights, _ ranges: ActivationRanges, for kernels: Int8Kernels) throws(ComputeError) {
        guard weights.values.allSatisfy(\.isFinite) else {
            throw .unavailable("weights that are not finite cannot be rounded to 8 bits; are they damaged?")
        }
        let columns = kernels.table.pointee.panel_columns
        (inputs, outputs) = (weights.inputs, weights.outputs)
        paddedOutputs = (outputs + columns - 1) / columns * columns
        panelStride = inputs * columns
        memory = try HostMemory(count: (paddedOutputs * inputs + 3) / 4)
        parameters = try HostMemory(count: 2 * paddedOutputs)
        memory.base.initialize(repeating: 0, count: memory.count)
        parameters.base.initialize(repeating: 0, count: parameters.count)
        let (factor, shift) = ranges.quantisation
        let channels = factor.count
        for output in 0..<outputs {
            let row = weights.values[output * inputs..<(output + 1) * inputs]
            let scaled = row.enumerated().map { $1 / factor[$0 % channels] }
            let largest = scaled.map(abs).max() ?? 0
            let step = largest > 0 ? largest / 127 : 1
            let panel = panels + output / columns * panelStride + output % columns * 4
            var offset = Double(weights.bias[output])
            for (input, value) in scaled.enumerated() {
                let (channel, whole) = (input % channels, (value / step).rounded(.toNearestOrEven))
                panel[input / 4 * 4 * columns + input % 4] = Int8(whole)
                offset -= Double(whole * step) * Double(shift[channel])
                // What rounding the weight changes on average (Nagel et al., "Data-Free Quantization Through Weight Equalization
                // and Bias Correction", 2019).
                let mean = Double(ranges.mean[channel]) * Double(factor[channel]) + Double(shift[channel])
                offset += Double(value - whole * step) * (mean - Double(shift[channel]))
            }
            let layerScale = weights.scale?[output] ?? 1
            parameters.base[output] = step * layerScale
            parameters.base[paddedOutputs + output] = Float(offset) * layerScale
        }
    }

    private var panels: UnsafeMutablePointer<Int8> {
        UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: Int8.self)
    }

    /// The product with rows of bytes, for a caller that adds where the result goes.
    func product(rows: UnsafePointer<UInt8>, stride: Int, count: Int) -> ckernels_int8_product {
        ckernels_int8_product(
            rows: rows, row_stride: stride, row_count: count, depth: inputs, runs: 1, run_stride: 0, panels: panels,
            panel_stride: panelStride, columns: outputs, scale: parameters.base,
            offset: parameters.base + paddedOutputs, finish: ckernels_int8_store, out: nil, out_stride: 0,
            residual: nil, residual_stride: 0, quantised: nil, quantised_stride: 0, factor: nil, shift: nil)
    }
}

/// How the channels of rows become 8 bits.
final class Int8Quantisation: Sendable {
    private let memory: HostMemory
    private let padded: Int

    /// Factors and shifts, padded with zeros to whole panels.
    init(_ ranges: ActivationRanges, for kernels: Int8Kernels) throws(ComputeError) {
        let columns = kernels.table.pointee.panel_columns
        let (factors, shifts) = ranges.quantisation
        padded = (factors.count + columns - 1) / columns * columns
        memory = try HostMemory(count: 2 * padded)
        memory.base.initialize(repeating: 0, count: 2 * padded)
        for channel in factors.indices {
            memory.base[channel] = factors[channel]
            memory.base[padded + channel] = shifts[channel]
        }
    }

    var factor: UnsafePointer<Float> { UnsafePointer(memory.base) }
    var shift: UnsafePointer<Float> { UnsafePointer(memory.base + padded) }
}

// Panels made from parameters that training changes, anew for each pass: what a layer norm multiplies and adds, or a layer
// scale, goes into the product's own weights and bias.
extension PackedMatrix {
    /// Divides every number of channels, so that a scale never ends within so many.
    private static let inputsAtATime = 8

    /// The product forward: out = (in · scale + shift) · weightsᵀ + bias.
    ///
    /// - Parameters:
    ///   - weights: outputs × inputs.
    ///   - bias: One for each output.
    ///   - scale: By which each input is multiplied first; nil: by nothing. Repeats after its own length.
    ///   - shift: What is added to each input then.
    ///   - finishScale: The layer scale, to be multiplied by `factor`.
    static func forward(
        _ weights: Tensor, inputs: Int, outputs: Int, bias: Tensor, scale: Tensor? = nil, shift: Tensor? = nil,
        finishScale: Tensor? = nil, factor: Float = 1, for device: CPUDevice
    ) throws(ComputeError) -> PackedMatrix {
        let packed = try PackedMatrix(
            inputs: inputs, outputs: outputs, hasScale: finishScale != nil,
            panelColumns: device.kernels.table.pointee.panel_columns)
        let width = packed.panelColumns
        parallelRanges((outputs + width - 1) / width, threads: device.threads, grain: 1) { range, _ in
            for panel in range {
                let first = panel * width
                let columns = first..<min(first + width, outputs)
                let out = packed.panels + panel * packed.panelStride
                for column in columns {
                    packed.bias[column] = bias.host[column]
                    if let finishScale { packed.scale[column] = finishScale.host[column] * factor }
                }
                // Some inputs of all columns before the next ones: what is written stays in the first level cache.
                for start in stride(from: 0, to: inputs, by: Self.inputsAtATime) {
                    let count = min(Self.inputsAtATime, inputs - start)
                    for column in columns {
                        let row = weights.host + column * inputs + start
                        let out = out + start * width + column - first
                        if let scale, let shift {
                            let place = start % scale.shape.count
                            let (scale, shift) = (scale.host + place, shift.host + place)
                            var added: Float = 0
                            for i in 0..<count {
                                out[i * width] = row[i] * scale[i]
                                added += row[i] * shift[i]
                            }
                            packed.bias[column] += added
                        } else {
                            for i in 0..<count { out[i * width] = row[i] }
                        }
                    }
                }
            }
        }
        return packed
    }

    /// The product backward: out = (gradient · outputScale · factor) · weights · inputScale; its depth are the outputs.
    ///
    /// - Parameters:
    ///   - weights: outputs × inputs.
    ///   - inputScale: By which each input was multiplied; repeats after its own length.
    ///   - outputScale: By which each output was multiplied, times `factor`.
    static func backward(
        _ weights: Tensor, inputs: Int, outputs: Int, inputScale: Tensor? = nil, outputScale: Tensor? = nil,
        factor: Float = 1, for device: CPUDevice
    ) throws(ComputeError) -> PackedMatrix {
        let packed = try PackedMatrix(
            inputs: outputs, outputs: inputs, hasScale: false,
            panelColumns: device.kernels.table.pointee.panel_columns)
        let width = packed.panelColumns
        parallelRanges((inputs + width - 1) / width, threads: device.threads, grain: 1) { range, _ in
            for panel in range {
                let first = panel * width
                let count = min(width, inputs - first)
                for output in 0..<outputs {
                    let row = weights.host + output * inputs + first
                    let out = packed.panels + panel * packed.panelStride + output * width
                    if let inputScale {
                        let period = inputScale.shape.count
                        for i in 0..<count { out[i] = row[i] * inputScale.host[(first + i) % period] }
                    } else if let outputScale {
                        let scale = outputScale.host[output] * factor
                        for i in 0..<count { out[i] = row[i] * scale }
                    } else {
                        for i in 0..<count { out[i] = row[i] }
                    }
                }
            }
        }
        return packed
    }
}

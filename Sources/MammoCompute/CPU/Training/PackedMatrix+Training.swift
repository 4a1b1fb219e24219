import CKernels

// Panels made from parameters that training changes, anew for each pass: what a layer norm multiplies and adds, or a layer
// scale, goes into the product's own weights and bias.
extension PackedMatrix {
    /// The product forward: out = (in · scale + shift) · weightsᵀ + bias.
    ///
    /// - Parameters:
    ///   - weights: outputs × inputs.
    ///   - inputs: Inputs of the product.
    ///   - outputs: Outputs of the product.
    ///   - bias: One for each output; nil: 0.
    ///   - scale: By which each input is multiplied first, one for each; nil: by nothing.
    ///   - shift: What is added to each input then.
    ///   - finishScale: The layer scale, to be multiplied by `factor`.
    ///   - factor: See `finishScale`.
    ///   - device: Whose kernels read it.
    /// - Returns: The panels.
    /// - Throws: `ComputeError.outOfMemory`.
    static func forward(
        _ weights: Tensor, inputs: Int, outputs: Int, bias: Tensor?, scale: Tensor? = nil, shift: Tensor? = nil,
        finishScale: Tensor? = nil, factor: Float = 1, for device: CPUDevice
    ) throws(ComputeError) -> PackedMatrix {
        let packed = try PackedMatrix(
            inputs: inputs, outputs: outputs, hasScale: finishScale != nil,
            panelColumns: device.kernels.table.pointee.panel_columns, from: device.pool)
        if let bias { packed.bias.update(from: bias.host, count: outputs) }
        if let finishScale {
            let (values, scale) = (finishScale.host, packed.scale)
            for output in 0..<outputs { scale[output] = values[output] * factor }
        }
        packed.fill(on: device) { panel, first, count in
            var call = ckernels_packing(
                weights: weights.host + first * inputs, row_stride: inputs, inputs: inputs, columns: count,
                scale: scale.map { UnsafePointer($0.host) }, shift: shift.map { UnsafePointer($0.host) },
                bias: packed.bias + first, row_scale: nil, factor: 1, panel: panel)
            device.kernels.table.pointee.pack_columns(&call)
        }
        return packed
    }

    /// The product backward: out = (gradient · outputScale · factor) · weights · inputScale; its depth are the outputs.
    ///
    /// - Parameters:
    ///   - weights: outputs × inputs.
    ///   - inputs: Inputs of the product forward.
    ///   - outputs: Outputs of the product forward.
    ///   - inputScale: By which each input was multiplied, one for each.
    ///   - outputScale: By which each output was multiplied, times `factor`; only where there is no `inputScale`.
    ///   - factor: See `outputScale`.
    ///   - device: Whose kernels read it.
    /// - Returns: The panels.
    /// - Throws: `ComputeError.outOfMemory`.
    static func backward(
        _ weights: Tensor, inputs: Int, outputs: Int, inputScale: Tensor? = nil, outputScale: Tensor? = nil,
        factor: Float = 1, for device: CPUDevice
    ) throws(ComputeError) -> PackedMatrix {
        let packed = try PackedMatrix(
            inputs: outputs, outputs: inputs, hasScale: false,
            panelColumns: device.kernels.table.pointee.panel_columns, from: device.pool)
        packed.fill(on: device) { panel, first, count in
            var call = ckernels_packing(
                weights: weights.host + first, row_stride: inputs, inputs: outputs, columns: count,
                scale: inputScale.map { UnsafePointer($0.host + first) }, shift: nil, bias: nil,
                row_scale: outputScale.map { UnsafePointer($0.host) }, factor: factor, panel: panel)
            device.kernels.table.pointee.pack_rows(&call)
        }
        return packed
    }

    /// Fills panel by panel: `body` has a panel, the first of its columns, and how many it has.
    private func fill(
        on device: CPUDevice, _ body: @Sendable (UnsafeMutablePointer<Float>, Int, Int) -> Void
    ) {
        let width = panelColumns
        parallelRanges((outputs + width - 1) / width, threads: device.threads, grain: 1) { range, _ in
            for panel in range {
                body(panels + panel * panelStride, panel * width, min(width, outputs - panel * width))
            }
        }
    }
}

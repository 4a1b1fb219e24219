// The classifier, on values as they are: see `ClassifierHead`.
extension CPUDevice {
    /// See `LayerOperations`.
    package func head(_ pooled: Tensor, _ parameters: HeadTensors) throws(ComputeError) -> Tensor {
        try tensor(
            classifier(parameters).logits(read(pooled)), Shape(images: pooled.shape.images, channels: 1))
    }

    /// See `LayerOperations`.
    package func headGradient(
        _ pooled: Tensor, _ parameters: HeadTensors, slopes: Tensor, into gradients: HeadTensors
    ) throws(ComputeError) -> Tensor {
        let (result, own) = classifier(parameters).gradients(read(pooled), slopes: read(slopes))
        add(own.gamma, to: gradients.gamma)
        add(own.beta, to: gradients.beta)
        add(own.weights, to: gradients.weights)
        add([own.bias], to: gradients.bias)
        return try tensor(result, pooled.shape)
    }

    private func classifier(_ parameters: HeadTensors) -> ClassifierHead {
        ClassifierHead(
            gamma: read(parameters.gamma), beta: read(parameters.beta), weights: read(parameters.weights),
            bias: read(parameters.bias)[0])
    }

    private func add(_ values: [Float], to gradient: Tensor) {
        for (place, value) in values.enumerated() { gradient.host[place] += value }
    }
}

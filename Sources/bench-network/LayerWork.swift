import MammoCompute

/// Small values, neighbours unlike each other.
private func someValues(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 37 % 101) / 1010 - 0.05 } }

/// A block for prediction, and what its operations read.
struct BlockParts {
    let block: Block
    let input: Tensor
    let hidden: Tensor
    let output: Tensor

    init(_ device: any TrainingDevice, _ shape: Shape) throws {
        let width = shape.channels
        func vector() throws -> Tensor { try device.tensor(someValues(width), Shape(channels: width)) }
        block = Block(
            depthwise: Depthwise(
                weights: try device.tensor(someValues(49 * width), Shape(rows: 7, columns: 7, channels: width)),
                bias: try vector()),
            norm: LayerNorm(gamma: try vector(), beta: try vector()),
            expand: try device.matrix(
                LinearWeights(
                    inputs: width, outputs: 4 * width, values: someValues(4 * width * width),
                    bias: someValues(4 * width))),
            contract: try device.matrix(
                LinearWeights(
                    inputs: 4 * width, outputs: width, values: someValues(4 * width * width), bias: someValues(width),
                    scale: someValues(width))))
        input = try device.tensor(someValues(shape.count), shape)
        hidden = try device.tensor(someValues(4 * shape.count), shape.with(channels: 4 * width))
        output = try device.makeTensor(shape)
    }
}

/// A block in training.
final class TrainingWork {
    private let device: any TrainingDevice
    private let (parameters, gradients): (BlockTensors, BlockTensors)
    private let (input, gradient): (Tensor, Tensor)
    private var kept: (any Activations)?

    init(_ device: any TrainingDevice, _ shape: Shape) throws {
        self.device = device
        let width = shape.channels
        func tensors() throws -> BlockTensors {
            try BlockTensors { name in
                let count =
                    switch name {
                    case "block.0.weight": 49 * width
                    case "block.3.weight", "block.5.weight": 4 * width * width
                    case "block.3.bias": 4 * width
                    default: width
                    }
                return try device.tensor(someValues(count), Shape(channels: count))
            }
        }
        (parameters, gradients) = (try tensors(), try tensors())
        let values = someValues(shape.count)
        (input, gradient) = (try device.tensor(values, shape), try device.tensor(values, shape))
    }

    func forward() throws {
        kept = try device.trainBlock(input, parameters, .all(input.shape.images), keeps: true).kept
    }

    func backward() throws {
        guard let kept else { return }
        try device.blockGradient(kept, parameters, gradient, into: gradients, needsInput: true)
    }
}

/// A downsampling layer in training.
final class DownsamplingWork {
    private let device: any TrainingDevice
    private let (parameters, gradients): (PatchTensors, PatchTensors)
    private let (input, gradient): (Tensor, Tensor)
    private var kept: (any Activations)?

    init(_ device: any TrainingDevice, _ shape: Shape) throws {
        self.device = device
        let width = shape.channels
        func tensor(_ count: Int) throws -> Tensor {
            try device.tensor(someValues(count), Shape(channels: count))
        }
        func tensors() throws -> PatchTensors {
            PatchTensors(
                gamma: try tensor(width), beta: try tensor(width), weights: try tensor(8 * width * width),
                bias: try tensor(2 * width))
        }
        (parameters, gradients) = (try tensors(), try tensors())
        input = try device.tensor(someValues(shape.count), shape)
        let output = Shape(
            images: shape.images, rows: shape.rows / 2, columns: shape.columns / 2, channels: 2 * width)
        gradient = try device.tensor([Float](repeating: 0.1, count: output.count), output)
    }

    func forward() throws { kept = try device.trainDownsample(input, parameters).kept }

    func backward() throws {
        guard let kept else { return }
        _ = try device.downsampleGradient(kept, parameters, gradient, into: gradients)
    }
}

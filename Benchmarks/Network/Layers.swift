import ArgumentParser
import MammoCompute

/// Each kind of layer by itself at the sizes it has in ConvNeXt-tiny, as operations a second and as a share of the peak.
///
/// The peak is measured too: a product whose weights stay in the first level cache, on as many threads, at its best.
struct Layers: ParsableCommand {
    @OptionGroup var options: BenchOptions

    @Flag(help: "The layers of training, forward and backward.")
    var training = false

    func run() throws {
        let device = try options.device
        let shape = try options.shape
        let peak = try Self.peak(device, options.runs)
        print("\(device.name): peak \(peak.rounded()) GFLOP/s (a product whose weights stay in the first level cache)")
        print("layer\tshape\tms\tGFLOP/s\tshare of peak")
        func report(_ name: String, _ shape: Shape, _ operations: Double, _ work: () throws -> Void) throws {
            try work()
            let times = try (0..<options.runs).map { _ in try Timing.seconds(work) }.sorted()
            let seconds = times[times.count / 2]
            let rate = operations / seconds / 1e9
            print(
                "\(name)\t\(shape)\t\(Self.tenths(1000 * seconds))\t\(Self.tenths(rate))\t\(Int(100 * rate / peak)) %")
        }
        for (stage, width) in Tiny.architecture.widths.enumerated() {
            let side = 4 << stage
            let map = Shape(
                images: shape.images, rows: shape.rows / side, columns: shape.columns / side, channels: width)
            let (positions, channels) = (Double(map.positions), Double(width))
            if training {
                let work = try TrainingWork(device, map)
                // Forward two products and a convolution, backward twice as many.
                let forward = (16 * channels + 98) * positions * channels
                try report("block forward", map, forward) { try work.forward() }
                try report("block backward", map, 2 * forward) { try work.backward() }
                if stage + 1 < Tiny.architecture.widths.count {
                    let down = try DownsamplingWork(device, map)
                    let product = 4 * positions * channels * channels
                    try report("downsampling forward", map, product) { try down.forward() }
                    try report("downsampling backward", map, 2 * product) { try down.backward() }
                }
                continue
            }
            let parts = try Parts(device, map)
            let product = 8 * positions * channels * channels
            try report("depthwise 7x7", map, 98 * positions * channels) {
                _ = try device.depthwise(parts.input, parts.block.depthwise)
            }
            try report("norm", map, 7 * positions * channels) {
                _ = try device.layerNorm(parts.input, parts.block.norm)
            }
            try report("C to 4C, GELU", map, product) {
                _ = try device.linear(parts.input, parts.block.expand, finish: .gelu)
            }
            try report("4C to C, scale, residual", map, product) {
                _ = try device.linear(parts.hidden, parts.block.contract, finish: .residual(parts.input))
            }
            try report("whole block", map, 2 * product + 98 * positions * channels) {
                try device.block(parts.input, parts.block, into: parts.output)
            }
        }
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func peak(_ device: CPUDevice, _ runs: Int) throws -> Double {
        let (rows, depth, columns) = (448 * 32 * device.threads, 256, 64)
        let matrix = try device.matrix(
            LinearWeights(
                inputs: depth, outputs: columns, values: [Float](repeating: 0.1, count: depth * columns),
                bias: [Float](repeating: 0, count: columns)))
        let input = try device.tensor([Float](repeating: 0.5, count: rows * depth), Shape(rows: rows, channels: depth))
        let best = try (0..<20 * runs).map { _ in
            try Timing.seconds { _ = try device.linear(input, matrix, finish: .none) }
        }.min()
        return 2 * Double(rows * depth * columns) / (best ?? .infinity) / 1e9
    }
}

/// A block and what it reads.
private struct Parts {
    let block: Block
    let input: Tensor
    let hidden: Tensor
    let output: Tensor

    init(_ device: CPUDevice, _ shape: Shape) throws {
        let width = shape.channels
        func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 37 % 101) / 1010 - 0.05 } }
        func vector() throws -> Tensor { try device.tensor(values(width), Shape(channels: width)) }
        block = Block(
            depthwise: Depthwise(
                weights: try device.tensor(values(49 * width), Shape(rows: 7, columns: 7, channels: width)),
                bias: try vector()),
            norm: LayerNorm(gamma: try vector(), beta: try vector()),
            expand: try device.matrix(
                LinearWeights(
                    inputs: width, outputs: 4 * width, values: values(4 * width * width), bias: values(4 * width))),
            contract: try device.matrix(
                LinearWeights(
                    inputs: 4 * width, outputs: width, values: values(4 * width * width), bias: values(width),
                    scale: values(width))))
        input = try device.tensor(values(shape.count), shape)
        hidden = try device.tensor(values(4 * shape.count), shape.with(channels: 4 * width))
        output = try device.makeTensor(shape)
    }
}

/// A block in training.
private final class TrainingWork {
    private let device: CPUDevice
    private let (parameters, gradients): (BlockTensors, BlockTensors)
    private let (input, gradient): (Tensor, Tensor)
    private var kept: (any Activations)?

    init(_ device: CPUDevice, _ shape: Shape) throws {
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
                return try device.tensor((0..<count).map { Float($0 * 37 % 101) / 1010 - 0.05 }, Shape(channels: count))
            }
        }
        (parameters, gradients) = (try tensors(), try tensors())
        let values = (0..<shape.count).map { Float($0 * 37 % 101) / 1010 - 0.05 }
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
private final class DownsamplingWork {
    private let device: CPUDevice
    private let (parameters, gradients): (PatchTensors, PatchTensors)
    private let (input, gradient): (Tensor, Tensor)
    private var kept: (any Activations)?

    init(_ device: CPUDevice, _ shape: Shape) throws {
        self.device = device
        let width = shape.channels
        func tensor(_ count: Int) throws -> Tensor {
            try device.tensor((0..<count).map { Float($0 * 37 % 101) / 1010 - 0.05 }, Shape(channels: count))
        }
        func tensors() throws -> PatchTensors {
            PatchTensors(
                gamma: try tensor(width), beta: try tensor(width), weights: try tensor(8 * width * width),
                bias: try tensor(2 * width))
        }
        (parameters, gradients) = (try tensors(), try tensors())
        input = try device.tensor((0..<shape.count).map { Float($0 * 37 % 101) / 1010 - 0.05 }, shape)
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

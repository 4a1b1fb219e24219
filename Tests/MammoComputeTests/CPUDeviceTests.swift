import MammoCompute
import TestSupport
import Testing

/// Operations as the device puts them together from kernels: the same bits however the work is cut.
@Suite struct CPUDeviceTests {
    /// Every instruction set with one thread and with three.
    static var devices: [CPUDevice] {
        CPUKernels.available.flatMap { [CPUDevice(threads: 1, kernels: $0), CPUDevice(threads: 3, kernels: $0)] }
    }

    static let shape = Shape(images: 3, rows: 13, columns: 11, channels: 24)

    /// The second has 4 × 104 = 416 hidden channels, which take two turns: one of 384 and one of 32.
    @Test(arguments: [shape, Shape(images: 1, rows: 9, columns: 7, channels: 104)])
    func aBlockIsItsLayers(_ shape: Shape) throws {
        for device in Self.devices {
            let (input, block) = try Self.block(on: device, shape)
            let output = try device.makeTensor(shape)
            try device.block(input, block, into: output)

            let normal = try device.layerNorm(try device.depthwise(input, block.depthwise), block.norm)
            let hidden = try device.linear(normal, block.expand, finish: .gelu)
            let layers = try device.linear(hidden, block.contract, finish: .residual(input))
            #expect(device.read(output) == device.read(layers), "\(device.name)")
        }
    }

    @Test func threadsAndBatchesDoNotChangeABit() throws {
        for kernels in CPUKernels.available {
            let one = CPUDevice(threads: 1, kernels: kernels)
            let (input, block) = try Self.block(on: one, Self.shape)
            let output = try one.makeTensor(Self.shape)
            try one.block(input, block, into: output)
            let whole = one.read(output)
            for threads in [2, 3, 8] {
                let many = CPUDevice(threads: threads, kernels: kernels)
                try many.block(input, block, into: output)
                #expect(many.read(output) == whole)
            }
            var alone = Self.shape
            alone.images = 1
            for image in 0..<3 {
                let values = Array(one.read(input)[image * alone.count..<(image + 1) * alone.count])
                let single = try one.makeTensor(alone)
                try one.block(try one.tensor(values, alone), block, into: single)
                #expect(one.read(single) == Array(whole[image * alone.count..<(image + 1) * alone.count]))
            }
        }
    }

    @Test func patchesOfOddImages() throws {
        var values = Values(seed: 3)
        // Nine rows and eleven columns: one row and three columns are left over.
        let shape = Shape(images: 2, rows: 9, columns: 11, channels: 3)
        let input = values.array(shape.count)
        let weights = LinearWeights(inputs: 48, outputs: 5, values: values.array(5 * 48), bias: values.array(5))
        for device in Self.devices {
            let output = try device.patches(
                try device.tensor(input, shape), side: 4, try device.matrix(weights), before: nil, after: nil)
            #expect(output.shape == Shape(images: 2, rows: 2, columns: 2, channels: 5))
            let computed = device.read(output)
            for (index, value) in computed.enumerated() {
                let (position, channel) = index.quotientAndRemainder(dividingBy: 5)
                let (image, row, column) = (position / 4, position / 2 % 2, position % 2)
                var sum = Double(weights.bias[channel])
                for k in 0..<48 {
                    let (y, x, c) = (row * 4 + k / 12, column * 4 + k / 3 % 4, k % 3)
                    sum += Double(input[((image * 9 + y) * 11 + x) * 3 + c] * weights.values[channel * 48 + k])
                }
                #expect(abs(Double(value) - sum) < 1e-5, "\(device.name)")
            }
        }
    }

    @Test func normsBeforeAndAfterPatches() throws {
        var values = Values(seed: 5)
        let shape = Shape(images: 1, rows: 6, columns: 4, channels: 24)
        let input = values.array(shape.count)
        let weights = LinearWeights(inputs: 96, outputs: 40, values: values.array(40 * 96), bias: values.array(40))
        let (gamma, beta) = (values.array(40), values.array(40))
        for device in Self.devices {
            let matrix = try device.matrix(weights)
            let before = LayerNorm(
                gamma: try device.tensor(Array(gamma.prefix(24)), Shape(channels: 24)),
                beta: try device.tensor(Array(beta.prefix(24)), Shape(channels: 24)))
            let after = LayerNorm(
                gamma: try device.tensor(gamma, Shape(channels: 40)), beta: try device.tensor(beta, Shape(channels: 40))
            )
            let image = try device.tensor(input, shape)
            let fused = try device.patches(image, side: 2, matrix, before: before, after: after)
            let normal = try device.layerNorm(image, before)
            let plain = try device.patches(normal, side: 2, matrix, before: nil, after: nil)
            #expect(device.read(fused) == device.read(try device.layerNorm(plain, after)), "\(device.name)")
        }
    }

    @Test func meansOfImages() throws {
        let shape = Shape(images: 2, rows: 2, columns: 1, channels: 2)
        for device in Self.devices {
            let mean = try device.mean(try device.tensor([1, 10, 3, 30, -1, 0, -2, 0], shape))
            #expect(device.read(mean) == [2, 20, -1.5, 0])
            #expect(mean.shape == Shape(images: 2, channels: 2))
        }
    }

    @Test func memoryThatIsNotThereIsAnError() throws {
        let device = CPUDevice(threads: 1)
        let shape = Shape(images: 1 << 20, rows: 1 << 20, columns: 1 << 10, channels: 1)
        #expect(throws: ComputeError.self) { try device.makeTensor(shape) }
    }

    /// An input, and a block of random weights for it.
    static func block(on device: any LayerOperations, _ shape: Shape) throws -> (Tensor, Block) {
        var values = Values(seed: 1)
        let channels = shape.channels
        func vector(_ array: [Float]) throws -> Tensor { try device.tensor(array, Shape(channels: channels)) }
        let input = try device.tensor(values.array(shape.count), shape)
        let depthwise = Depthwise(
            weights: try device.tensor(
                values.array(49 * channels, scale: 0.2), Shape(rows: 7, columns: 7, channels: channels)),
            bias: try vector(values.array(channels)))
        let norm = LayerNorm(gamma: try vector(values.array(channels)), beta: try vector(values.array(channels)))
        let expand = LinearWeights(
            inputs: channels, outputs: 4 * channels, values: values.array(4 * channels * channels, scale: 0.3),
            bias: values.array(4 * channels))
        let contract = LinearWeights(
            inputs: 4 * channels, outputs: channels, values: values.array(4 * channels * channels, scale: 0.2),
            bias: values.array(channels), scale: values.array(channels))
        let block = Block(
            depthwise: depthwise, norm: norm, expand: try device.matrix(expand), contract: try device.matrix(contract))
        return (input, block)
    }
}

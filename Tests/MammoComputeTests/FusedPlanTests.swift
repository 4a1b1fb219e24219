import MammoCompute
import MammoGraph
import TestSupport
import Testing

/// Plans for prediction that compute several layers at once, against the same layers one after another as training has them.
@Suite struct FusedPlanTests {
    /// A convolution of 3×3 by Winograd's method where channels suffice, with a product behind it or a residual after it.
    static let expansions = [
        expansion(32, 40, to: 32, residual: true), expansion(48, 96, to: 56), expansion(33, 65, to: 17),
        expansion(16, 48, to: 16, residual: true), expansion(24, 40, to: 24, stride: 2), alone(40, residual: true),
        alone(24, residual: true), alone(8, residual: false),
    ]

    /// Expansion, depthwise convolution, squeeze-and-excitation and projection, with more than one unit of hidden channels.
    static let bottlenecks = [
        bottleneck(8, 48, kernel: 3, to: 8, residual: true), bottleneck(16, 96, kernel: 5, to: 40),
        bottleneck(24, 80, kernel: 3, stride: 2, to: 24), bottleneck(8, 40, kernel: 5, stride: 2, to: 16),
        bottleneck(24, 24, kernel: 3, to: 12, expands: false), bottleneck(12, 600, kernel: 3, to: 12, residual: true),
    ]

    static let sizes = [(13, 11), (1, 1), (2, 70), (40, 6), (67, 9)]

    @Test(arguments: expansions + bottlenecks, sizes)
    func equalsItsLayers(_ segment: Segment, _ size: (rows: Int, columns: Int)) throws {
        let shape = Shape(images: 2, rows: size.rows, columns: size.columns, channels: Self.inputs(of: segment))
        let (values, input) = Self.values(segment, shape)
        for device in CPUDeviceTests.devices {
            let tensor = try device.tensor(input, shape)
            let output = try device.plan(segment, values: values).forward(tensor, spare: nil)
            var parameters: [Tensor] = []
            for values in values { parameters.append(try device.tensor(values, Shape(channels: values.count))) }
            let layers = try device.plan(segment).forward(
                tensor, parameters, Pass(branch: .all(shape.images), keeps: false, statistics: .running)
            ).output
            #expect(output.shape == layers.shape)
            #expect(largestError(device.read(output), device.read(layers)) < 4e-6, "\(device.name)")
        }
    }

    @Test(arguments: [expansions[0], expansions[4], bottlenecks[1], bottlenecks[5]])
    func threadsAndBatchesDoNotChangeABit(_ segment: Segment) throws {
        let shape = Shape(images: 3, rows: 37, columns: 10, channels: Self.inputs(of: segment))
        let (values, input) = Self.values(segment, shape)
        for kernels in CPUKernels.available {
            let one = CPUDevice(threads: 1, kernels: kernels)
            let plan = try one.plan(segment, values: values)
            let whole = one.read(try plan.forward(try one.tensor(input, shape), spare: nil))
            for threads in [2, 3, 8] {
                let many = CPUDevice(threads: threads, kernels: kernels)
                let output = try many.plan(segment, values: values).forward(try many.tensor(input, shape), spare: nil)
                #expect(many.read(output) == whole)
            }
            var alone = shape
            alone.images = 1
            for image in 0..<shape.images {
                let own = Array(input[image * alone.count..<(image + 1) * alone.count])
                let output = one.read(try plan.forward(try one.tensor(own, alone), spare: nil))
                #expect(output == Array(whole[image * output.count..<(image + 1) * output.count]))
            }
        }
    }

    /// Random values for a segment's entries and an input.
    private static func values(_ segment: Segment, _ shape: Shape) -> (parameters: [[Float]], input: [Float]) {
        var values = Values(seed: 17)
        let parameters = segment.entries.map { entry in
            let fan = entry.shape.count > 1 ? entry.shape.dropFirst().reduce(1, *) : 4
            return values.array(entry.count, scale: 1.5 / Float(fan).squareRoot())
        }
        return (parameters, values.array(shape.count))
    }

    private static func inputs(of segment: Segment) -> Int {
        guard case .convolution(let first) = segment.layers.first else { return 0 }
        return first.inputs
    }

    private static func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
    ) -> Child {
        Child(
            name,
            .convolution(
                Convolution(
                    inputs, outputs, kernel: kernel, stride: stride, groups: groups, hasBias: true,
                    initial: .constant(0))))
    }

    private static func expansion(
        _ inputs: Int, _ hidden: Int, to outputs: Int, stride: Int = 1, residual: Bool = false
    ) -> Segment {
        Segment(
            "expansion", stage: nil,
            [
                convolution("0", inputs, hidden, kernel: 3, stride: stride), Child("", .activation(.silu)),
                convolution("1", hidden, outputs),
            ], isResidual: residual)
    }

    private static func alone(_ channels: Int, residual: Bool) -> Segment {
        Segment(
            "alone", stage: nil,
            [convolution("0", channels, channels, kernel: 3), Child("", .activation(.silu))], isResidual: residual)
    }

    private static func bottleneck(
        _ inputs: Int, _ hidden: Int, kernel: Int, stride: Int = 1, to outputs: Int, expands: Bool = true,
        residual: Bool = false
    ) -> Segment {
        let squeeze: [Child] = [
            Child("", .pool(.mean)), convolution("fc1", hidden, 6), Child("", .activation(.silu)),
            convolution("fc2", 6, hidden), Child("", .activation(.sigmoid)),
        ]
        return Segment(
            "bottleneck", stage: nil,
            (expands ? [convolution("0", inputs, hidden), Child("", .activation(.silu))] : []) + [
                convolution("1", hidden, hidden, kernel: kernel, stride: stride, groups: hidden),
                Child("", .activation(.silu)), Child("2", .gate(squeeze)), convolution("3", hidden, outputs),
            ], isResidual: residual)
    }
}

import CKernels
import MammoCompute
import TestSupport
import Testing

/// Depthwise convolutions and their gradients of every kernel and stride, against the plain ones as in `KernelTests`.
@Suite struct DepthwiseKernelTests {
    typealias Kernels = ckernels_float_kernels

    static let shapes = [(7, 1), (5, 1), (5, 2), (3, 1), (3, 2)]

    /// Rows, columns and channels.
    static let sizes = [
        (7, 9, 8), (1, 1, 96), (2, 40, 20), (16, 37, 48), (3, 3, 3), (5, 23, 64), (9, 70, 24), (4, 2, 17),
    ]

    @Test(arguments: shapes, sizes)
    func forward(_ shape: (Int, Int), _ size: (Int, Int, Int)) {
        for activation in [ckernels_activation_none, ckernels_activation_silu] {
            let one = DepthwiseCase(shape, size, activation: activation)
            let reference = one.run(ckernels_float_reference)
            for kernels in KernelTests.sets {
                let (out, sums) = one.run(kernels)
                #expect(largestError(out, reference.out) < 2e-6, "\(String(cString: kernels.name))")
                #expect(largestError(sums, reference.sums) < 1e-5, "\(String(cString: kernels.name))")
                #expect(one.run(kernels, calls: 1) == (out, sums), "the division of a row into calls changes nothing")
            }
        }
    }

    @Test(arguments: shapes, sizes)
    func rowsInTurn(_ shape: (Int, Int), _ size: (Int, Int, Int)) {
        let one = DepthwiseCase(shape, size)
        let reference = one.runHolding(ckernels_float_reference)
        #expect(reference.allSatisfy { !$0.isNaN })
        for kernels in KernelTests.sets {
            #expect(largestError(one.runHolding(kernels), reference) < 2e-6, "\(String(cString: kernels.name))")
        }
    }

    @Test(arguments: shapes, sizes)
    func taps(_ shape: (Int, Int), _ size: (Int, Int, Int)) {
        let one = DepthwiseCase(shape, size)
        let reference = one.tapGradient(ckernels_float_reference)
        for kernels in KernelTests.sets {
            #expect(largestError(one.tapGradient(kernels), reference) < 3e-6, "\(String(cString: kernels.name))")
        }
    }

    @Test(arguments: [(5, 2), (3, 2)], sizes)
    func inputs(_ shape: (Int, Int), _ size: (Int, Int, Int)) {
        let one = DepthwiseCase(shape, size)
        for begins in [false, true] {
            let reference = one.inputGradient(ckernels_float_reference, begins: begins)
            for kernels in KernelTests.sets {
                let gradient = one.inputGradient(kernels, begins: begins)
                #expect(largestError(gradient, reference) < 2e-6, "\(String(cString: kernels.name))")
                #expect(one.inputGradient(kernels, begins: begins, calls: 1) == gradient)
            }
        }
    }

    /// The reference's gradients are those of its forward pass: <g, conv(x, w)> is linear in both x and w.
    @Test(arguments: shapes.filter { $0.1 == 2 })
    func theGradientsAreThoseOfTheForwardPass(_ shape: (Int, Int)) {
        let one = DepthwiseCase(shape, (6, 11, 5))
        let product = dot(one.run(ckernels_float_reference, adds: false).out, one.gradient)
        let inputs = dot(one.inputGradient(ckernels_float_reference, begins: true), one.image)
        let taps = dot(one.tapGradient(ckernels_float_reference, begins: true), one.weights)
        #expect(abs(product - inputs) < 1e-5 && abs(product - taps) < 1e-5)
    }

    private func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).map { Double($0) * Double($1) }.reduce(0, +)
    }
}

/// A depthwise convolution of random values.
struct DepthwiseCase {
    let kernel: Int
    let stride: Int
    let (rows, columns, channels): (Int, Int, Int)
    let activation: ckernels_activation
    let (image, weights, gradient): ([Float], [Float], [Float])
    /// What is there before a kernel adds to it.
    private let before: [Float]

    var outRows: Int { (rows - 1) / stride + 1 }
    var outColumns: Int { (columns - 1) / stride + 1 }

    init(_ shape: (Int, Int), _ size: (Int, Int, Int), activation: ckernels_activation = ckernels_activation_none) {
        (kernel, stride) = shape
        (rows, columns, channels) = size
        self.activation = activation
        var values = Values(seed: 7)
        image = values.array(rows * columns * channels)
        weights = values.array(kernel * kernel * channels)
        gradient = values.array(((rows - 1) / stride + 1) * ((columns - 1) / stride + 1) * channels)
        before = values.array((rows * columns + kernel * kernel) * channels)
    }

    /// Ranges of a row's columns, one for each call: with several, strips begin in the middle of a row too.
    private func parts(_ columns: Int, _ calls: Int) -> [Range<Int>] {
        calls == 1 ? [0..<columns] : [0..<columns / 3, columns / 3..<columns]
    }

    /// The outputs, and their sums by channel; with a bias, or without one added to what is there.
    func run(_ kernels: ckernels_float_kernels, adds: Bool = true, calls: Int = 2) -> (out: [Float], sums: [Float]) {
        let (image, weights, bias) = (Memory(image), Memory(weights), Memory(before))
        let zeros = Memory([Float](repeating: 0, count: channels))
        let out = Memory(Array(before.prefix(outRows * outColumns * channels)))
        let sums = Memory(Array(before.prefix(channels)))
        for row in 0..<outRows {
            for range in parts(outColumns, calls) {
                var call = ckernels_depthwise(
                    image: image.base, rows: rows, columns: columns, channels: channels, held_rows: 0, kernel: kernel,
                    stride: stride, weights: weights.base,
                    bias: adds ? (row % 2 == 0 ? UnsafePointer(bias.base) : nil) : UnsafePointer(zeros.base),
                    row: row, first_column: range.lowerBound, count: range.count,
                    out: out.base + (row * outColumns + range.lowerBound) * channels, out_stride: channels,
                    activation: activation, sums: row % 3 == 2 ? nil : sums.base)
                kernels.depthwise(&call)
            }
        }
        return (out.values, sums.values)
    }

    /// The outputs where memory holds no more rows of the image than a row of outputs needs, each in its turn.
    func runHolding(_ kernels: ckernels_float_kernels) -> [Float] {
        let width = columns * channels
        let held = Memory([Float](repeating: .nan, count: kernel * width))
        let (weights, bias) = (Memory(weights), Memory(before))
        let out = Memory([Float](repeating: .nan, count: outRows * outColumns * channels))
        var next = 0
        for row in 0..<outRows {
            while next < min(rows, row * stride + kernel / 2 + 1) {
                for place in 0..<width { held.base[next % kernel * width + place] = image[next * width + place] }
                next += 1
            }
            var call = ckernels_depthwise(
                image: held.base, rows: rows, columns: columns, channels: channels, held_rows: kernel, kernel: kernel,
                stride: stride, weights: weights.base, bias: bias.base, row: row, first_column: 0, count: outColumns,
                out: out.base + row * outColumns * channels, out_stride: channels, activation: activation, sums: nil)
            kernels.depthwise(&call)
        }
        return out.values
    }

    /// The gradient of the taps, in two parts, as an image is taken in parts.
    func tapGradient(_ kernels: ckernels_float_kernels, begins: Bool = false) -> [Float] {
        let (image, gradient) = (Memory(image), Memory(gradient))
        let count = kernel * kernel * channels
        let taps = Memory(begins ? [Float](repeating: 0, count: count) : Array(before.prefix(count)))
        for part in [0..<outRows / 2, outRows / 2..<outRows] {
            var call = ckernels_depthwise_gradient(
                image: image.base, gradient: gradient.base, rows: rows, columns: columns, channels: channels,
                kernel: kernel, stride: stride, row: part.lowerBound, row_count: part.count, weights: taps.base)
            kernels.depthwise_gradient(&call)
        }
        return taps.values
    }

    func inputGradient(_ kernels: ckernels_float_kernels, begins: Bool, calls: Int = 2) -> [Float] {
        let (gradient, weights) = (Memory(gradient), Memory(weights))
        let out = Memory(Array(before.prefix(rows * columns * channels)))
        for row in 0..<rows {
            for range in parts(columns, calls) {
                var call = ckernels_depthwise_input_gradient(
                    gradient: gradient.base, rows: rows, columns: columns, channels: channels, kernel: kernel,
                    weights: weights.base, row: row, first_column: range.lowerBound, count: range.count, begins: begins,
                    out: out.base + (row * columns + range.lowerBound) * channels, out_stride: channels)
                kernels.depthwise_input_gradient(&call)
            }
        }
        return out.values
    }
}

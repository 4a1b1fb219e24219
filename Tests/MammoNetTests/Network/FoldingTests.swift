import MammoCompute
import MammoGraph
import Testing

/// What cannot be folded for prediction is refused with the segment's name.
@Suite("Folding of batch normalisations")
struct FoldingTests {
    private static let convolution = Layer.convolution(
        Convolution(3, 4, kernel: 3, hasBias: false, initial: .constant(0.5)))
    private static let norm = Layer.batchNorm(BatchNorm(4, epsilon: 1e-3, momentum: 0.1))
    private static let first = Layer.batchNorm(BatchNorm(3, epsilon: 1e-3, momentum: 0.1))

    private static func values(_ segment: Segment) -> [[Float]] {
        segment.entries.map { entry in
            guard case .constant(let value) = entry.initial else { return [] }
            return [Float](repeating: value, count: entry.count)
        }
    }

    @Test(
        "A normalisation that follows no convolution, or one with an activation between",
        arguments: [
            [first], [first, convolution], [convolution, norm, .activation(.silu), norm],
            [convolution, .activation(.sigmoid), norm],
        ])
    func refused(_ layers: [Layer]) throws {
        let segment = Segment("features.9", stage: 9, layers.enumerated().map { Child("\($0.offset)", $0.element) })
        let message = "features.9: a batch normalisation that follows no convolution"
        #expect { _ = try FoldedLayer.folded(segment, Self.values(segment)) } throws: {
            $0 is FoldingError && "\($0)" == message
        }
        #expect { _ = try CPUDevice(threads: 1).plan(segment, values: Self.values(segment)) } throws: {
            if case .unavailable(message) = $0 as? ComputeError { true } else { false }
        }
    }

    @Test("Two normalisations after one convolution are folded into it, and activations into the product")
    func folded() throws {
        let segment = Segment(
            "s", stage: nil,
            [Child("0", Self.convolution), Child("1", Self.norm), Child("2", Self.norm), Child("", .activation(.silu))])
        var values = Self.values(segment)
        // gamma, beta, mean, variance of the first; the second has the values it begins with.
        (values[1], values[2]) = ([2, 2, 2, 4], [1, 0, 0, 0])
        (values[3], values[4]) = ([0, 3, 0, 0], [3.999, 3.999, 0.249, 3.999])
        let layers = try FoldedLayer.folded(segment, values)
        guard layers.count == 1, case .convolution(let made) = layers[0] else {
            Issue.record("\(layers)")
            return
        }
        // Of the second, whose variance is 1.
        let second = Float(1 / 1.001.squareRoot())
        #expect(made.activation == .silu)
        let factors: [Float] = [1, 1, 4, 2]
        let expected = factors.flatMap { [Float](repeating: 0.5 * $0 * second, count: 27) }
        #expect(zip(made.weights, expected).allSatisfy { abs($0 - $1) < 1e-6 } && made.weights.count == expected.count)
        let biases: [Float] = [1, -3, 0, 0]
        #expect(zip(made.bias, biases).allSatisfy { abs($0 - $1 * second) < 3e-6 } && made.bias.count == 4)
    }
}

import MammoCompute
import MammoGraph
import MammoNet

/// A segment with plausible parameters and an input, to be timed by itself.
final class SegmentWork {
    private let device: any Device
    private let input: Tensor
    private let inference: any InferencePlan
    private let gradient: any GradientPlan
    private let parameters: [Tensor]
    private let gradients: [Tensor?]
    private let outputGradient: Tensor
    private var spare: Tensor?
    private var kept: (any Activations)?

    init(_ segment: Segment, _ shape: Shape, weights: PlausibleWeights, on device: any Device) throws {
        self.device = device
        input = try device.tensor(Self.someValues(shape.count), shape)
        let values = segment.entries.map { weights.values(of: $0.name) }
        inference = try device.plan(segment, values: values)
        gradient = try device.plan(segment)
        var parameters: [Tensor] = []
        var gradients: [Tensor?] = []
        for (entry, values) in zip(segment.entries, values) {
            parameters.append(try device.tensor(values, Shape(channels: entry.count)))
            gradients.append(entry.isTrained ? try device.tensor(values, Shape(channels: entry.count)) : nil)
        }
        (self.parameters, self.gradients) = (parameters, gradients)
        let output = gradient.shape(of: shape)
        outputGradient = try device.tensor(Self.someValues(output.count), output)
    }

    /// The shape of the output.
    var output: Shape { outputGradient.shape }

    /// Small values, neighbours unlike each other.
    private static func someValues(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 37 % 101) / 1010 - 0.05 } }

    func predict() throws { spare = try inference.forward(input, spare: spare) }

    func forward() throws {
        kept = try gradient.forward(input, parameters, Pass(branch: .all(input.shape.images), keeps: true)).kept
    }

    func backward(needsInput: Bool) throws {
        guard let kept else { return }
        _ = try gradient.backward(kept, parameters, outputGradient, into: gradients, needsInput: needsInput)
    }
}

import MammoCompute
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Gradients against central differences of the loss in double precision: of the micro networks, whose layers are all kinds
/// there are.
@Suite(.timeLimit(.minutes(10))) struct FiniteDifferenceTests {
    /// A network, with rows and columns of its images and how far a gradient may be off, as a share of its largest.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var pooling = Pooling.mean
        let rows: Int
        let columns: Int
        let most: Double

        var testDescription: String { "\(name), \(pooling.rawValue)" }
    }

    static let cases = [
        Case(name: "micro", rows: 40, columns: 32, most: 2e-5),
        Case(name: "efficientnet_micro", rows: 35, columns: 33, most: 1e-4),
        Case(name: "efficientnet_v2_micro", rows: 35, columns: 33, most: 1e-4),
        Case(name: "micro", pooling: .maximum, rows: 70, columns: 40, most: 2e-5),
        Case(name: "micro", pooling: .generalisedMean, rows: 70, columns: 40, most: 5e-5),
        Case(name: "efficientnet_micro", pooling: .generalisedMean, rows: 35, columns: 33, most: 1e-4),
    ]

    static let loss = BinaryLoss(positiveWeight: 20)

    @Test func theCasesHaveEveryKindOfLayer() throws {
        var (kinds, poolings) = (Set<String>(), Set<Pooling>())
        func add(_ children: [Child]) {
            for child in children {
                kinds.insert(String("\(child.layer)".prefix { $0 != "(" }))
                switch child.layer {
                case .gate(let inner), .sequence(let inner): add(inner)
                case .pool(let pooling): poolings.insert(pooling)
                default: break
                }
            }
        }
        for test in Self.cases {
            let network = try #require(Network.named(test.name)).with(pooling: test.pooling)
            for segment in network.segments { add(segment.body) }
        }
        #expect(
            kinds == [
                "convolution", "layerNorm", "batchNorm", "linear", "activation", "pool", "dropout", "gate",
            ])
        #expect(poolings == Set(Pooling.allCases))
    }

    @Test(arguments: cases) func centralDifferences(_ test: Case) throws {
        var weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(test.name)/weights.safetensors")))
        weights.replacePooling(by: test.pooling)
        let device = CPUDevice(threads: 2)
        let network = try TrainingNetwork(weights.architecture, on: device, values: weights.values(of:))
        let shape = Shape(images: 3, rows: test.rows, columns: test.columns, channels: 3)
        let values: [Float] = (0..<shape.count).map { Float($0 * 7919 % 1013) / 506 - 1 }
        let tape = try network.forward(try device.tensor(values, shape))
        try network.backward(tape, slopes: Self.loss.mean(tape.logits, [1, 0, 0]).slopes)
        let input = ReferenceNetwork.Maps(
            images: 3, rows: shape.rows, columns: shape.columns, channels: 3, values: values.map(Double.init))
        var reference = ReferenceNetwork(
            network: weights.architecture,
            parameters: Dictionary(
                uniqueKeysWithValues: weights.architecture.entries.map {
                    ($0.name, weights.values(of: $0.name).map(Double.init))
                }))
        for parameter in weights.architecture.parameters {
            let gradient = device.read(network.gradients[parameter.name])
            let largest = Double(gradient.map(abs).max() ?? 0)
            // A gradient that the next normalisation takes out is rounding.
            guard largest > 1e-5 else { continue }
            for place in Set([parameter.count / 2, gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0])
            {
                func loss(_ step: Double) -> Double {
                    let value = reference.parameters[parameter.name]?[place] ?? 0
                    reference.parameters[parameter.name]?[place] = value + step
                    defer { reference.parameters[parameter.name]?[place] = value }
                    return reference.loss(input, labels: [1, 0, 0], of: Self.loss)
                }
                let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
                #expect(
                    abs(Double(gradient[place]) - slope) < test.most * largest,
                    "\(parameter.name)[\(place)]: \(gradient[place]), expected \(slope)")
            }
        }
    }
}

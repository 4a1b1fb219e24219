import MammoCompute
import MammoGraph
import MammoNet
import TestSupport
import Testing

@Suite struct ParameterGroupsTests {
    /// Fixtures/networks/timm/layers.csv, made by make_layers.py.
    @Test(arguments: ["convnext_tiny", "efficientnet_b0"]) func layersAsTimms(_ name: String) throws {
        let network = try #require(Network.named(name))
        let rows = try Fixtures.table("networks/timm/layers.csv").filter { $0["network"] == name }
        let members = ParameterGroups(weightDecay: 0.05, sparesVectors: true, layerDecay: 0.75).members(of: network)
        #expect(rows.count == members.count && members.count == network.parameters.count)
        for row in rows {
            let member = try #require(members[row["name"] ?? ""], "\(row)")
            let scale = try #require(row["scale"].flatMap(Double.init))
            #expect(abs(member.rateFactor - scale) <= 1e-15 * scale, "\(row)")
            #expect(member.weightDecay == (row["decays"] == "1" ? 0.05 : 0), "\(row)")
        }
    }

    @Test func alike() throws {
        for network in Network.all {
            let members = ParameterGroups(weightDecay: 0.1).members(of: network)
            #expect(members.values.allSatisfy { $0.rateFactor == 1 && $0.weightDecay == 0.1 })
            #expect(network.layerNumbers.first == 0 && network.layerNumbers.count == network.segments.count)
            #expect(zip(network.layerNumbers, network.layerNumbers.dropFirst()).allSatisfy { $1 == $0 || $1 == $0 + 1 })
        }
        // A generalised mean's exponent learns with the head.
        let pooled = try #require(Network.named("tiny")).with(pooling: .generalisedMean)
        #expect(ParameterGroups(weightDecay: 0, layerDecay: 0.5).members(of: pooled)["avgpool.p"]?.rateFactor == 1)
    }

    /// SGD remembers one value of each parameter, AdamW two.
    @Test func memory() throws {
        let network = try #require(Network.named("micro"))
        func bytes(_ optimizer: OptimizerOptions) throws -> Int {
            try TrainingMemory(
                network, on: CPUDevice(threads: 1), input: Shape(images: 2, rows: 64, columns: 32, channels: 3),
                frozen: 0,
                recomputes: false, averages: false, optimizer: optimizer
            ).bytes
        }
        let values = network.parameters.reduce(0) { $0 + $1.count }
        #expect(try bytes(.adamW(AdamW.Options())) - bytes(.sgd(SGD.Options())) == 4 * values)
    }

    /// A step of each optimizer moves a parameter by its own rate, on each device.
    @Test func eachLayerAtItsRate() throws {
        let weights = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        let groups = ParameterGroups(weightDecay: 0, layerDecay: 0.5)
        var (adamW, sgd) = (AdamW.Options(), SGD.Options())
        (adamW.groups, sgd.groups) = (groups, groups)
        let members = groups.members(of: weights.architecture)
        for device in [CPUDevice(threads: 2), try EmulatedPlugin.card()] as [any Device] {
            for options in [OptimizerOptions.adamW(adamW), .sgd(sgd)] {
                let network = try TrainingNetwork(weights.architecture, on: device) { name in
                    weights.values(of: name).map { _ in 0 }
                }
                for tensor in network.gradients.all {
                    try device.overwrite(tensor, with: [Float](repeating: 1, count: tensor.shape.count))
                }
                try options.make(for: network).step(network, rate: 0.5)
                for parameter in weights.architecture.parameters {
                    let way = Float(-0.5 * (members[parameter.name]?.rateFactor ?? 0))
                    let found = try device.read(network.parameters[parameter.name])
                    #expect(found.allSatisfy { abs($0 - way) < 2e-6 * abs(way) }, "\(device.name): \(parameter.name)")
                }
            }
        }
    }
}

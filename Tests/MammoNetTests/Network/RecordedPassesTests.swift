import MammoCompute
import MammoNet
import TestSupport
import Testing

/// Forward passes that a card is given as a whole, on one whose threads are fibres.
@Suite("Recorded passes")
struct RecordedPassesTests {
    private func network(_ name: String, on card: CUDADevice) throws -> InferenceNetwork {
        let file = try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors"))
        return try InferenceNetwork(device: card, weights: try ModelWeights(file))
    }

    private func input(_ seed: UInt64, _ shape: Shape, on card: CUDADevice) throws -> Tensor {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let values = (0..<shape.count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Float(state >> 40) / Float(1 << 23) - 1
        }
        return try card.tensor(values, shape)
    }

    /// Operation by operation.
    private func separate(_ network: InferenceNetwork, _ input: Tensor) throws -> [Float] {
        try network.device.read(try network.logits(input) { _, _ in })
    }

    private static let shape = Shape(images: 2, rows: 64, columns: 32, channels: 3)

    @Test(
        "The second pass of a shape is recorded; each has the bits of its operations one by one",
        arguments: ["micro", "efficientnet_micro"], CUDAPrecision.allCases)
    func sameBits(_ name: String, _ precision: CUDAPrecision) throws {
        let card = try EmulatedPlugin.card(precision)
        let network = try network(name, on: card)
        for seed: UInt64 in 1...4 {
            let input = try input(seed, Self.shape, on: card)
            #expect(network.recordings.count == (seed > 2 ? 1 : 0))
            #expect(try card.read(network.logits(input)) == separate(network, input))
        }
        // Another shape is computed in between, with more memory of its operations' own.
        let larger = try input(5, Shape(images: 3, rows: 96, columns: 64, channels: 3), on: card)
        for _ in 0..<2 { #expect(try card.read(network.logits(larger)) == separate(network, larger)) }
        let input = try input(6, Self.shape, on: card)
        #expect(try card.read(network.logits(input)) == separate(network, input))
        #expect(network.recordings.count == 2)
    }

    @Test("Threads that share a network have each its own logits")
    func threads() throws {
        let card = try EmulatedPlugin.card()
        let network = try network("micro", on: card)
        let inputs = try (1...12).map { try input(UInt64($0), Self.shape, on: card) }
        let expected = try inputs.map { try separate(network, $0) }
        _ = try network.logits(inputs[0])
        let found = try ThreadGroup.run(inputs.count) { thread in try card.read(network.logits(inputs[thread.rank])) }
        #expect(found == expected)
        #expect(network.recordings.count == 1)
    }

    @Test("A large batch is not recorded, nor are shapes without end")
    func limits() throws {
        var card = try EmulatedPlugin.card()
        card.pixelsOfRecordedPasses = Self.shape.positions
        let network = try network("micro", on: card)
        for images in [3, 3, 3, 2, 2, 1, 1] {
            var shape = Self.shape
            shape.images = images
            _ = try network.logits(input(1, shape, on: card))
        }
        #expect(network.recordings.count == 2)
        for columns in stride(from: 32, through: 64, by: 8) {
            let input = try input(1, Shape(rows: 32, columns: columns, channels: 3), on: card)
            for _ in 0..<2 { _ = try network.logits(input) }
        }
        #expect(network.recordings.count == 4)
    }

    @Test("What cannot be recorded is refused, and the card goes on")
    func refusals() throws {
        let card = try EmulatedPlugin.card()
        let input = try input(1, Self.shape, on: card)
        func message(_ pass: (Tensor) throws(ComputeError) -> Tensor) -> String {
            do {
                _ = try card.recorded(Self.shape, to: Self.shape, pass)
                return "recorded"
            } catch { return "\(error)" }
        }
        #expect(message { _ throws(ComputeError) in throw .failed("a reason") }.contains("a reason"))
        let read = message { tensor throws(ComputeError) in
            _ = try card.makeTensor(Self.shape)
            _ = try card.read(tensor)
            return tensor
        }
        #expect(read.contains("capturing"), "\(read)")
        #expect(try card.read(input) == card.read(card.mixed(input, own: 1, images: Self.shape.images)))
    }
}

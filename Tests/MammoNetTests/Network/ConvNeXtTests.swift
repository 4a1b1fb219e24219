import MammoCompute
import MammoNet
import TestSupport
import Testing

@Suite("ConvNeXt")
struct ConvNeXtTests {
    /// A tensor of values.safetensors with its channels moved to the end.
    private static func channelsLast(_ name: String) throws -> (shape: Shape, values: [Float]) {
        let file = try WeightsFile(path: Fixtures.path("micro/values.safetensors"))
        let images = try ImageBatches(file, name)
        return (images.shape, images[0])
    }

    private static func tensor(_ name: String) throws -> [Float] {
        let file = try WeightsFile(path: Fixtures.path("micro/values.safetensors"))
        return file.values(of: try #require(file.tensors.first { $0.name == name }))
    }

    private static func network(_ device: any Device, _ name: String = "weights.pth") throws -> InferenceNetwork {
        try InferenceNetwork(
            device: device, weights: try ModelWeights(try WeightsFile(path: Fixtures.path("micro/\(name)"))))
    }

    /// ‖out − ref‖ / ‖ref‖.
    private static func distance(_ out: [Float], _ reference: [Float]) -> Double {
        let error = zip(out, reference).map { Double($0 - $1) * Double($0 - $1) }.reduce(0, +)
        let size = reference.map { Double($0) * Double($0) }.reduce(0, +)
        return out.count == reference.count ? (error / size).squareRoot() : .infinity
    }

    @Test("Every stage and the logits are torchvision's, by every instruction set")
    func stages() throws {
        let input = try Self.channelsLast("input")
        for kernels in CPUKernels.available {
            let device = CPUDevice(threads: 2, kernels: kernels)
            let network = try Self.network(device)
            let logits = try network.logits(try device.tensor(input.values, input.shape)) { number, output in
                let golden = try Self.channelsLast("features.\(number)")
                #expect(output.shape == golden.shape)
                #expect(Self.distance(device.read(output), golden.values) < 1e-6, "\(kernels.name) \(number)")
            }
            #expect(Self.distance(device.read(logits), try Self.tensor("logits")) < 5e-6, "\(kernels.name)")
        }
    }

    @Test(
        "On a card they are torchvision's too, in 16 bits but for rounding",
        arguments: [(CUDAPrecision.single, 1e-6, 5e-6), (.half, 2e-3, 1e-2), (.bfloat16, 1.6e-2, 8e-2)])
    func card(_ precision: CUDAPrecision, _ most: Double, _ mostOfLogits: Double) throws {
        let input = try Self.channelsLast("input")
        let device = try EmulatedPlugin.card(precision)
        let logits = try Self.network(device).logits(try device.tensor(input.values, input.shape)) { number, output in
            let golden = try Self.channelsLast("features.\(number)")
            let error = Self.distance(try device.read(output), golden.values)
            #expect(error < most, "\(precision.rawValue) \(number): \(error)")
        }
        let error = Self.distance(try device.read(logits), try Self.tensor("logits"))
        #expect(error < mostOfLogits, "\(precision.rawValue): \(error)")
    }

    @Test("Threads, batches and the weights' format do not change a bit")
    func bits() throws {
        let input = try Self.channelsLast("input")
        var one = input.shape
        one.images = 1
        for kernels in CPUKernels.available {
            let device = CPUDevice(threads: 1, kernels: kernels)
            let network = try Self.network(device)
            let both = device.read(try network.logits(try device.tensor(input.values, input.shape)))
            let other = CPUDevice(threads: 5, kernels: kernels)
            let again = try Self.network(other, "weights.safetensors")
            #expect(other.read(try again.logits(try other.tensor(input.values, input.shape))) == both)
            for image in 0..<2 {
                let values = Array(input.values[image * one.count..<(image + 1) * one.count])
                #expect(device.read(try network.logits(try device.tensor(values, one))) == [both[image]])
            }
        }
    }

    @Test("Grad-CAM is autograd's")
    func gradCAM() throws {
        let device = CPUDevice(threads: 2)
        let network = try Self.network(device)
        let input = try Self.channelsLast("input")
        let (golden, goldenLogits) = (try Self.tensor("gradcam"), try Self.tensor("logits"))
        var lastStage: Tensor?
        let logits = try network.logits(try device.tensor(input.values, input.shape)) { lastStage = $1 }
        let maps = try GradCAM.maps(of: network, lastStage: try #require(lastStage))
        try #require(maps.count == 2)
        for (image, (map, logit)) in zip(maps, device.read(logits)).enumerated() {
            #expect((map.rows, map.columns) == (2, 1))
            #expect(abs(logit - goldenLogits[image]) < 1e-5)
            let part = Array(golden[image * 2..<image * 2 + 2])
            #expect(zip(map.values, part).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        #expect(golden.contains { $0 > 0 })
    }
}

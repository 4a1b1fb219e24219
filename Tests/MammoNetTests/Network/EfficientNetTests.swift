import MammoCompute
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Two EfficientNets that fit into a test, against torchvision (Fixtures/efficientnet_micro and efficientnet_v2_micro).
@Suite struct EfficientNetTests {
    static let names = ["efficientnet_micro", "efficientnet_v2_micro"]

    /// A fixture's weights and values.
    struct Golden {
        let weights: ModelWeights
        let values: WeightsFile

        init(_ name: String) throws {
            weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
            values = try WeightsFile(path: Fixtures.path("\(name)/values.safetensors"))
        }

        /// The sizes of images that there are values for.
        var sizes: [String] {
            values.tensors.map(\.name).filter { $0.hasSuffix(".input") }.map { String($0.dropLast(6)) }
        }

        func has(_ name: String) -> Bool { values.tensors.contains { $0.name == name } }

        func vector(_ name: String) throws -> [Float] { values.values(of: try values.entry(name)) }

        /// A tensor of maps with its channels moved to the end.
        func maps(_ name: String) throws -> (shape: Shape, values: [Float]) {
            let images = try ImageBatches(values, name)
            return (images.shape, images[0])
        }
    }

    @Test(arguments: names) func theWeightsFitTheirNetwork(_ name: String) throws {
        let weights = try Golden(name).weights
        #expect(weights.architecture.name == name && weights.architecture.outputs == 1)
        let rewritten = try WeightsFile(SafetensorsWriter.bytes(weights.tensors, metadata: [:]), path: "w")
        let again = try ModelWeights(rewritten)
        for entry in weights.architecture.entries {
            #expect(again.values(of: entry.name) == weights.values(of: entry.name))
            let type = try rewritten.entry(entry.name).type
            #expect(type == (entry.role == .counter ? .int64 : .float32), "\(entry.name)")
        }
    }

    @Test(arguments: names) func everyStageAndTheLogits(_ name: String) throws {
        let golden = try Golden(name)
        var compared = 0
        for kernels in CPUKernels.available {
            let device = CPUDevice(threads: 2, kernels: kernels)
            let network = try InferenceNetwork(device: device, weights: golden.weights)
            for size in golden.sizes {
                let input = try golden.maps("\(size).input")
                let logits = try network.logits(try device.tensor(input.values, input.shape)) { number, output in
                    guard golden.has("\(size).features.\(number)") else { return }
                    let expected = try golden.maps("\(size).features.\(number)")
                    #expect(output.shape == expected.shape)
                    let error = distance(device.read(output), expected.values)
                    #expect(error < 1e-5, "\(kernels.name), \(size), features.\(number) is off by \(error)")
                    compared += 1
                }
                for (found, expected) in zip(device.read(logits), try golden.vector("\(size).logits")) {
                    #expect(
                        abs(found - expected) < 1e-5 * max(1, abs(expected)), "\(kernels.name), \(size): the logits")
                }
                compared += 1
            }
        }
        #expect(compared >= CPUKernels.available.count * (8 + 14))
    }

    /// Roundings of what is stored between operations, at most 20, as the share that a value may be off.
    @Test(
        arguments: names,
        [(CUDAPrecision.single, Float(1e-5), Float(1e-5)), (.half, 1e-2, 1e-2), (.bfloat16, 4e-2, 8e-2)])
    func everyStageAndTheLogitsOnACard(_ name: String, _ limits: (CUDAPrecision, Float, Float)) throws {
        let golden = try Golden(name)
        let (precision, most, mostOfLogits) = limits
        let device = try EmulatedPlugin.card(precision)
        let network = try InferenceNetwork(device: device, weights: golden.weights)
        for size in ["33x33", "65x47"] {
            let input = try golden.maps("\(size).input")
            var compared = 0
            let logits = try network.logits(try device.tensor(input.values, input.shape)) { number, output in
                guard golden.has("\(size).features.\(number)") else { return }
                let expected = try golden.maps("\(size).features.\(number)")
                let error = distance(try device.read(output), expected.values)
                #expect(error < most, "\(precision.rawValue), \(size), features.\(number) is off by \(error)")
                compared += 1
            }
            let (found, expected) = (try device.read(logits), try golden.vector("\(size).logits"))
            for (one, wanted) in zip(found, expected) {
                let error = abs(one - wanted) / max(1, abs(wanted))
                #expect(error < mostOfLogits, "\(precision.rawValue), \(size): a logit is off by \(error)")
            }
            #expect(found.count == expected.count && (size != "65x47" || compared == 7))
            let again = try network.logits(try device.tensor(input.values, input.shape))
            #expect(try device.read(again) == found, "other bits the second time")
        }
    }

    @Test(arguments: names) func gradCAM(_ name: String) throws {
        for device in [CPUDevice(threads: 2), try EmulatedPlugin.card()] as [any Device] {
            try gradCAM(name, on: device)
        }
    }

    private func gradCAM(_ name: String, on device: any Device) throws {
        let golden = try Golden(name)
        let network = try InferenceNetwork(device: device, weights: golden.weights)
        let input = try golden.maps("65x47.input")
        var last: Tensor?
        _ = try network.logits(try device.tensor(input.values, input.shape)) { last = $1 }
        let maps = try GradCAM.maps(of: network, lastStage: try #require(last))
        #expect(distance(maps.flatMap(\.values), try golden.vector("65x47.gradcam")) < 1e-4)
    }

    @Test(arguments: names) func threadsAndBatchesDoNotChangeABitOfAPrediction(_ name: String) throws {
        let golden = try Golden(name)
        let input = try golden.maps("51x33.input")
        for kernels in CPUKernels.available {
            let one = CPUDevice(threads: 1, kernels: kernels)
            let network = try InferenceNetwork(device: one, weights: golden.weights)
            let both = one.read(try network.logits(try one.tensor(input.values, input.shape)))
            let many = CPUDevice(threads: 5, kernels: kernels)
            let again = try InferenceNetwork(device: many, weights: golden.weights)
            #expect(many.read(try again.logits(try many.tensor(input.values, input.shape))) == both)
            var alone = input.shape
            alone.images = 1
            for image in 0..<input.shape.images {
                let values = Array(input.values[image * alone.count..<(image + 1) * alone.count])
                #expect(one.read(try network.logits(try one.tensor(values, alone))) == [both[image]])
            }
        }
    }
}

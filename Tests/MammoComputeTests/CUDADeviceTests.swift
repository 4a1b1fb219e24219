import MammoCompute
import TestSupport
import Testing

/// A card, its threads fibres on this processor, beside the CPU.
@Suite struct CUDADeviceTests {
    /// How far values may be off, beside the largest: some roundings of what is stored within a layer.
    private static func bound(_ precision: CUDAPrecision) -> Float {
        switch precision {
        case .single: 1e-5
        case .half: 4 * 0x1p-11
        case .bfloat16: 4 * 0x1p-8
        }
    }

    private static let cpu = CPUDevice(threads: 2)

    /// Wants the card's values within a bound of the CPU's, the same bits when asked twice.
    private func compare(
        _ precision: CUDAPrecision, _ what: String, _ values: (any LayerOperations) throws -> [(String, [Float])]
    ) throws {
        let card = try EmulatedPlugin.card(precision)
        let (found, again, expected) = (try values(card), try values(card), try values(Self.cpu))
        for ((one, two), (name, wanted)) in zip(zip(found, again), expected) {
            #expect(one.1 == two.1, "\(what), \(name): other bits the second time")
            let error = largestError(one.1, wanted)
            #expect(error < Self.bound(precision), "\(what), \(name) in \(precision.rawValue) is off by \(error)")
        }
    }

    @Test(
        arguments: CUDAPrecision.allCases,
        [CPUDeviceTests.shape, Shape(images: 1, rows: 9, columns: 7, channels: 104)])
    func blocksAndTheirLayers(_ precision: CUDAPrecision, _ shape: Shape) throws {
        try compare(precision, "\(shape)") { device in
            let (input, block) = try CPUDeviceTests.block(on: device, shape)
            let output = try device.makeTensor(shape)
            try device.block(input, block, into: output)
            let convolved = try device.depthwise(input, block.depthwise)
            let normal = try device.layerNorm(convolved, block.norm)
            let hidden = try device.linear(normal, block.expand, finish: .gelu)
            let sums = try device.linear(hidden, block.contract, finish: .none)
            let residual = try device.linear(hidden, block.contract, finish: .residual(input))
            let named = [
                ("block", output), ("depthwise", convolved), ("norm", normal), ("gelu", hidden), ("linear", sums),
                ("residual", residual), ("mean", try device.mean(input)),
            ]
            return try named.map { ($0, try device.read($1)) }
        }
    }

    /// Both factors of each term are off by 2^-11 of themselves at most; products of 16 bits are as they were.
    @Test func productsOfFp32AreInTF32WhereThatIsAsked() throws {
        func sums(on device: CUDADevice) throws -> [Float] { try device.sums(ofDepth: 104, seed: 11) }
        let (exact, tf32) = (try EmulatedPlugin.card(), try EmulatedPlugin.card(.single, ProductOptions(tf32: true)))
        let (expected, found) = (try sums(on: exact), try sums(on: tf32))
        let error = largestError(found, expected)
        #expect(error > 1e-6 && error < 2 * 0x1p-11, "\(error)")
        #expect(try sums(on: tf32) == found)
        #expect(exact.name.hasSuffix(", fp32") && tf32.name.hasSuffix(", fp32 with TF32"))
        let half = try EmulatedPlugin.card(.half, ProductOptions(tf32: true))
        #expect(try sums(on: half) == sums(on: EmulatedPlugin.card(.half)))
    }

    @Test(arguments: CUDAPrecision.allCases)
    func patchesOfOddImages(_ precision: CUDAPrecision) throws {
        try compare(precision, "patches") { device in
            var values = Values(seed: 5)
            let shape = Shape(images: 2, rows: 9, columns: 7, channels: 24)
            let input = try device.tensor(values.array(shape.count), shape)
            let matrix = try device.matrix(
                LinearWeights(inputs: 96, outputs: 40, values: values.array(40 * 96), bias: values.array(40)))
            func norm(_ channels: Int) throws -> LayerNorm {
                LayerNorm(
                    gamma: try device.tensor(values.array(channels), Shape(channels: channels)),
                    beta: try device.tensor(values.array(channels), Shape(channels: channels)))
            }
            let (before, after) = (try norm(24), try norm(40))
            let outputs = [
                try device.patches(input, side: 2, matrix, before: nil, after: nil),
                try device.patches(input, side: 2, matrix, before: before, after: nil),
                try device.patches(input, side: 2, matrix, before: nil, after: after),
            ]
            return try zip(["plain", "norm before", "norm after"], outputs).map { ($0, try device.read($1)) }
        }
    }

    /// Each branch has some of the images; gradients are added to what there is.
    @Test(arguments: CUDAPrecision.allCases, [[0, 1, 2], [0, 2], [1], []])
    func gradientsOfABlock(_ precision: CUDAPrecision, _ images: [Int]) throws {
        try compare(precision, "images \(images)") { device in
            let shape = Shape(images: 3, rows: 5, columns: 7, channels: 24)
            var values = Values(seed: 7)
            func tensors(scale: Float) throws -> BlockTensors {
                let (c, inner) = (24, 96)
                let counts = [c, 49 * c, c, c, c, c * inner, inner, c * inner, c]
                return BlockTensors(
                    try counts.map { try device.tensor(values.array($0, scale: scale), Shape(channels: $0)) })
            }
            let (parameters, gradients) = (try tensors(scale: 0.3), try tensors(scale: 0.1))
            let input = try device.tensor(values.array(shape.count), shape)
            let branch = Branch(images: images, factor: 1.25)
            let (output, kept) = try device.trainBlock(input, parameters, branch, keeps: true)
            let forward = try device.read(output)
            let gradient = try device.tensor(values.array(shape.count), shape)
            try device.blockGradient(try #require(kept), parameters, gradient, into: gradients, needsInput: true)
            let named = [
                ("scale", gradients.scale), ("taps", gradients.depthwise), ("taps' bias", gradients.depthwiseBias),
                ("gamma", gradients.gamma), ("beta", gradients.beta), ("expand", gradients.expand),
                ("expand's bias", gradients.expandBias), ("contract", gradients.contract),
                ("contract's bias", gradients.contractBias), ("input", gradient),
            ]
            return try [("output", forward)] + named.map { ($0, try device.read($1)) }
        }
    }

    /// Rows and columns are left over, and get no gradient.
    @Test(arguments: CUDAPrecision.allCases)
    func gradientsOfPatches(_ precision: CUDAPrecision) throws {
        try compare(precision, "stem and downsampling") { device in
            var values = Values(seed: 9)
            func tensors(norm: Int, inputs: Int, outputs: Int, side: Int) throws -> PatchTensors {
                func tensor(_ count: Int) throws -> Tensor {
                    try device.tensor(values.array(count, scale: 0.5), Shape(channels: count))
                }
                return PatchTensors(
                    gamma: try tensor(norm), beta: try tensor(norm),
                    weights: try tensor(outputs * inputs * side * side),
                    bias: try tensor(outputs))
            }
            let image = Shape(images: 2, rows: 21, columns: 13, channels: 3)
            let stem = try tensors(norm: 8, inputs: 3, outputs: 8, side: 4)
            let stemGradients = try tensors(norm: 8, inputs: 3, outputs: 8, side: 4)
            let (first, keptFirst) = try device.trainStem(
                try device.tensor(values.array(image.count), image), stem)
            let down = try tensors(norm: 8, inputs: 8, outputs: 16, side: 2)
            let downGradients = try tensors(norm: 8, inputs: 8, outputs: 16, side: 2)
            let (second, keptSecond) = try device.trainDownsample(first, down)
            let outputs = try [("stem", device.read(first)), ("downsampling", device.read(second))]
            let gradient = try device.tensor(values.array(second.shape.count), second.shape)
            let back = try device.downsampleGradient(
                try #require(keptSecond), down, gradient, into: downGradients)
            let backValues = try device.read(back)
            try device.stemGradient(try #require(keptFirst), stem, back, into: stemGradients)
            var named = outputs + [("downsampling's input", backValues)]
            for (name, one) in [("stem", stemGradients), ("downsampling", downGradients)] {
                for (part, tensor) in [
                    ("gamma", one.gamma), ("beta", one.beta), ("weights", one.weights), ("bias", one.bias),
                ] { named.append(("\(name)'s \(part)", try device.read(tensor))) }
            }
            return named
        }
    }

    @Test func classifierAndMeans() throws {
        try compare(.half, "classifier") { device in
            var values = Values(seed: 11)
            func tensor(_ count: Int) throws -> Tensor {
                try device.tensor(values.array(count), Shape(channels: count))
            }
            func head() throws -> HeadTensors {
                HeadTensors(gamma: try tensor(40), beta: try tensor(40), weights: try tensor(40), bias: try tensor(1))
            }
            let (parameters, gradients) = (try head(), try head())
            let pooled = try device.tensor(values.array(120), Shape(images: 3, channels: 40))
            let slopes = try device.tensor(values.array(3), Shape(images: 3, channels: 1))
            let logits = try device.head(pooled, parameters)
            let back = try device.headGradient(pooled, parameters, slopes: slopes, into: gradients)
            let spread = try device.meanGradient(back, of: Shape(images: 3, rows: 2, columns: 5, channels: 40))
            let named = [
                ("logits", logits), ("pooled", back), ("gamma", gradients.gamma), ("beta", gradients.beta),
                ("weights", gradients.weights), ("bias", gradients.bias), ("mean's", spread),
            ]
            return try named.map { ($0, try device.read($1)) }
        }
    }

    @Test func updates() throws {
        try compare(.single, "updates") { device in
            var values = Values(seed: 13)
            func tensors() throws -> [Tensor] {
                try [7, 1, 5000].map { try device.tensor(values.array($0).map(abs), Shape(channels: $0)) }
            }
            let (parameters, gradients, means, squares) = (
                try tensors(), try tensors(), try tensors(), try tensors()
            )
            let sum = try device.squares(gradients)
            #expect(try device.unscale(gradients, by: 0.25))
            #expect(abs(try device.squares(gradients) * 16 - sum) < 1e-12 * sum)
            let step = AdamWStep(
                gradientScale: 0.5, decay: 0.999, newMean: 0.1, oldSquare: 0.999, newSquare: 0.001, stepSize: 0.0369,
                correctionRoot: 0.0547, epsilon: 1e-8)
            try device.adamW(
                parameters.indices.map {
                    AdamWUpdate(step, parameters[$0], gradients[$0], mean: means[$0], square: squares[$0])
                })
            let descent = SGDStep(gradientScale: 0.5, weightDecay: 0.01, momentum: 0.9, rate: 0.1, nesterov: true)
            try device.sgd(
                parameters.indices.map { SGDUpdate(descent, parameters[$0], gradients[$0], velocity: means[$0]) })
            try device.approach(means, parameters, share: 0.1)
            try device.clear(Array(squares.prefix(2)))
            return try (parameters + gradients + means + squares).enumerated().map { ("\($0)", try device.read($1)) }
        }
        let card = try EmulatedPlugin.card()
        for value in [Float.infinity, -.infinity, .nan] {
            let finite = try card.tensor([1, 2], Shape(channels: 2))
            let other = try card.tensor([Float](repeating: 1, count: 999) + [value], Shape(channels: 1000))
            #expect(try !card.unscale([finite, other], by: 1))
            #expect(try card.unscale([finite], by: 0.5) && card.read(finite) == [0.5, 1])
        }
    }

    /// Batches larger and smaller than those before, one after another, each flipped otherwise.
    @Test func grayImagesOnTheirWay() throws {
        let card = try EmulatedPlugin.card()
        var values = Values(seed: 15)
        for (count, rows, columns) in [(1, 5, 7), (3, 9, 4), (2, 9, 4), (1, 1, 1), (4, 16, 8)] {
            for (turnsColumns, turnsRows) in [(false, false), (true, false), (false, true), (true, true)] {
                let images = (0..<count).map { _ in
                    (0..<rows * columns).map { _ in UInt8((values.next() + 1) * 127.5) }
                }
                let batch = GrayInput(
                    images, rows: rows, columns: columns, turnsColumns: turnsColumns, turnsRows: turnsRows,
                    mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
                let (found, expected) = (try card.input(batch), try Self.cpu.input(batch))
                #expect(found.shape == expected.shape)
                #expect(try card.read(found) == Self.cpu.read(expected))
                let wide = GrayInput(
                    .sixteen(images.map { $0.map { UInt16($0) * 256 + 77 } }), rows: rows, columns: columns,
                    turnsColumns: turnsColumns, turnsRows: turnsRows, mean: batch.mean, deviation: batch.deviation)
                #expect(try card.read(card.input(wide)) == Self.cpu.read(Self.cpu.input(wide)))
            }
        }
    }

    /// One ahead, as training has it; then more than there are places for, so that the first is brought anew; then in two threads.
    @Test func imagesThatAreStagedAreThoseOfTheirBatch() throws {
        let card = try EmulatedPlugin.card()
        var values = Values(seed: 19)
        let batches = (0..<6).map { number in
            let images = (0..<1 + number % 3).map { _ in (0..<63).map { _ in UInt8((values.next() + 1) * 127.5) } }
            return GrayInput(
                images, rows: 9, columns: 7, turnsColumns: number == 4, mean: [0.485, 0.456, 0.406],
                deviation: [0.229, 0.224, 0.225])
        }
        let expected = try batches.map { try Self.cpu.read(Self.cpu.input($0)) }
        var ahead = try card.stage(batches[0])
        for place in batches.indices {
            let input = try card.input(ahead)
            if place + 1 < batches.count { ahead = try card.stage(batches[place + 1]) }
            #expect(try card.read(input) == expected[place])
        }
        let all = try batches.map { try card.stage($0) }
        #expect(try all.map { try card.read(card.input($0)) } == expected)
        #expect(try Self.cpu.read(Self.cpu.input(Self.cpu.stage(batches[1]))) == expected[1])
        let together = try ThreadGroup.run(2) { _ in try batches.map { try card.read(card.input(card.stage($0))) } }
        for found in together { #expect(found == expected) }
    }

    /// A block's weights are converted to 16 bits once; what is written to them later is what counts.
    @Test(arguments: [CUDAPrecision.half, .bfloat16])
    func copiesOfParametersFollowThem(_ precision: CUDAPrecision) throws {
        let card = try EmulatedPlugin.card(precision)
        let shape = Shape(images: 1, rows: 5, columns: 7, channels: 24)
        var values = Values(seed: 21)
        func tensors(scale: Float) throws -> [Tensor] {
            try [24, 49 * 24, 24, 24, 24, 24 * 96, 96, 24 * 96, 24].map {
                try card.tensor(values.array($0, scale: scale).map { abs($0) }, Shape(channels: $0))
            }
        }
        let (parameters, gradients, means, squares) = (
            try tensors(scale: 0.3), try tensors(scale: 1), try tensors(scale: 0.1), try tensors(scale: 0.1)
        )
        let input = try card.tensor(values.array(shape.count), shape)
        func output(_ tensors: [Tensor]) throws -> [Float] {
            try card.read(card.trainBlock(input, BlockTensors(tensors), .all(1), keeps: false).output)
        }
        var last = try output(parameters)
        func compare(_ what: String) throws {
            let now = try output(parameters)
            let fresh = try output(parameters.map { try card.tensor(card.read($0), $0.shape) })
            #expect(now == fresh && now != last, "after \(what)")
            last = now
        }
        let step = AdamWStep(
            gradientScale: 1, decay: 0.999, newMean: 0.1, oldSquare: 0.999, newSquare: 0.001, stepSize: 0.1,
            correctionRoot: 0.5, epsilon: 1e-8)
        try card.adamW(
            parameters.indices.map {
                AdamWUpdate(step, parameters[$0], gradients[$0], mean: means[$0], square: squares[$0])
            })
        try compare("AdamW")
        let descent = SGDStep(gradientScale: 1, weightDecay: 0.01, momentum: 0.9, rate: 0.1, nesterov: false)
        try card.sgd(
            parameters.indices.map { SGDUpdate(descent, parameters[$0], gradients[$0], velocity: means[$0]) })
        try compare("SGD")
        try card.overwrite(parameters[5], with: values.array(24 * 96))
        try compare("a checkpoint")
        try card.approach([parameters[7]], [gradients[7]], share: 0.5)
        try compare("an average")
        try card.clear([parameters[5]])
        try compare("clearing")
    }

    /// To the bit, since a run's images do not depend on the device; an image more may be there for the first one's sake.
    @Test func imagesAreMixedAsByTheHost() throws {
        let card = try EmulatedPlugin.card()
        var values = Values(seed: 17)
        for (count, images, rows, columns) in [(1, 1, 5, 7), (3, 3, 9, 4), (3, 2, 9, 5), (4, 3, 16, 8)] {
            let shape = Shape(images: count, rows: rows, columns: columns, channels: 3)
            let plain = values.array(shape.count)
            for own in [Float(0), 0.3, 0.7182818, 1] {
                let found = try card.mixed(card.tensor(plain, shape), own: own, images: images)
                let expected = try Self.cpu.mixed(Self.cpu.tensor(plain, shape), own: own, images: images)
                #expect(found.shape == expected.shape && found.shape.images == images)
                #expect(try card.read(found) == Self.cpu.read(expected))
            }
        }
    }

    @Test func threadsShareACard() throws {
        let card = try EmulatedPlugin.card()
        let shape = Shape(images: 2, rows: 5, columns: 6, channels: 16)
        @Sendable func output() throws -> [Float] {
            let (input, block) = try CPUDeviceTests.block(on: card, shape)
            let output = try card.makeTensor(shape)
            try card.block(input, block, into: output)
            return try card.read(output)
        }
        let alone = try output()
        let together = try ThreadGroup.run(4) { _ in try (0..<3).map { _ in try output() } }
        for values in together.joined() { #expect(values == alone) }
    }

    @Test func whatIsNotToBeHadIsSaid() throws {
        let plugin = try CUDAPlugin(CUDAFiles(plugin: EmulatedPlugin.built))
        let card = try EmulatedPlugin.card()
        #expect(card.name == "CUDA 0, emulated device 0, fp32")
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        let large = Shape(images: 1 << 10, rows: 1 << 10, columns: 1 << 10, channels: 8)
        let memory = message { _ = try card.makeTensor(large) }
        #expect(
            memory.contains("emulated device 0: out of memory: 34359.7 MB were asked for, and ")
                && memory.contains("--batch-size") && memory.contains("--recompute") && memory.contains("--amp"),
            "\(memory)")
        let absent = message { _ = try CUDADevice(plugin, card: 7) }
        #expect(absent.contains("there is no card 7, expected 0 to "), "\(absent)")
        let folder = try TemporaryFolder()
        let text = try folder.write("no library", to: "text.so")
        let none = message { _ = try CUDAPlugin(CUDAFiles(plugin: text)) }
        #expect(none.contains(text) && none.contains("Scripts/build-cuda"), "\(none)")
        let other = message { _ = try CUDAPlugin(CUDAFiles(plugin: "libc.so.6")) }
        #expect(other.hasPrefix("./libc.so.6"), "\(other)")
    }

    @Test func olderCardsHaveNoBfloat16() {
        for (capability, isRefused) in [(60, true), (70, true), (75, true), (80, false), (90, false)] {
            let card = CUDAPlugin.Card(
                number: 1, name: "Tesla T4", memory: 0, capability: capability, isEmulated: false)
            let reason = card.refusal(of: .bfloat16)
            #expect((reason != nil) == isRefused)
            #expect(reason?.hasPrefix("card 1, Tesla T4, is sm_\(capability), and bf16 needs sm_80") ?? true)
            #expect(card.refusal(of: .half) == nil && card.refusal(of: .single) == nil)
        }
    }

    @Test func choices() throws {
        for (text, choice) in [
            ("cpu", DeviceChoice.cpu), ("cuda", .cuda([0])), ("cuda:1", .cuda([1])), ("cuda:2,0", .cuda([2, 0])),
            ("auto", .auto),
        ] {
            #expect(DeviceChoice(text) == choice)
            #expect(choice.description == text)
        }
        for text in ["", "gpu", "cuda:", "cuda:x", "cuda:0,0", "cuda:-1", "cuda:0,", "CPU"] {
            #expect(DeviceChoice(text) == nil, "\(text)")
        }
        let card = try DeviceChoice.auto.open(CUDAFiles(plugin: EmulatedPlugin.built)) { Self.cpu }
        #expect(card.choice == .cuda([0]) && card.devices[0] is CUDADevice && card.whyNoCard == nil)
        let fallback = try DeviceChoice.auto.open(CUDAFiles(plugin: "/nowhere/plugin.so")) { Self.cpu }
        #expect(fallback.choice == .cpu && fallback.devices[0] is CPUDevice)
        #expect(fallback.whyNoCard?.contains("/nowhere/plugin.so") == true)
    }
}

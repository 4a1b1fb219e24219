import MammoCompute
import MammoGraph
import TestSupport
import Testing

/// Segments of layers that no device has code for as a whole: on a card, its threads fibres on this processor, beside the CPU.
@Suite struct SegmentPlanTests {
    private static let cpu = CPUDevice(threads: 2)

    private static func convolution(
        _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int? = nil, groups: Int = 1,
        bias: Bool = false
    ) -> Child {
        Child(
            "c",
            .convolution(
                Convolution(
                    inputs, outputs, kernel: kernel, stride: stride, padding: padding, groups: groups, hasBias: bias,
                    initial: .constant(0))))
    }

    private static func norm(_ channels: Int) -> Child {
        Child("n", .batchNorm(BatchNorm(channels, epsilon: 1e-3, momentum: 0.1)))
    }

    private static func silu(_ name: String = "") -> Child { Child(name, .activation(.silu)) }

    /// What a gate multiplies by.
    private static func gate(_ channels: Int, to width: Int) -> Child {
        Child(
            "g",
            .gate([
                Child("", .pool(.mean)), convolution(channels, width, 1, bias: true), silu(),
                convolution(width, channels, 1, bias: true), Child("", .activation(.sigmoid)),
            ]))
    }

    /// Each kind of layer, at the beginning, within and at the end of a segment; kernels, strides and paddings that differ.
    static let segments = [
        Segment("stem", stage: 0, [convolution(3, 8, 3, stride: 2), norm(8), silu()]),
        Segment(
            "inverted", stage: 0,
            [
                convolution(8, 24, 1), norm(24), silu(), convolution(24, 24, 5, stride: 2, groups: 24), norm(24),
                silu(),
                gate(24, to: 2), convolution(24, 16, 1), norm(16),
            ]),
        Segment(
            "residual", stage: 0,
            [
                convolution(8, 16, 1), norm(16), silu(), convolution(16, 16, 3, groups: 16), norm(16),
                silu(),
                gate(16, to: 2), convolution(16, 8, 1), norm(8),
            ], isResidual: true, drop: Segment.Drop(1, of: 2)),
        Segment(
            "one norm, and a residual", stage: 0, [convolution(8, 8, 3), norm(8), silu()], isResidual: true,
            drop: Segment.Drop(1, of: 2)),
        Segment(
            "depthwise at both ends", stage: 0,
            [convolution(8, 8, 3, groups: 8), norm(8), silu(), convolution(8, 8, 5, stride: 2, groups: 8, bias: true)]),
        Segment("depthwise and a residual", stage: 0, [convolution(8, 8, 5, groups: 8, bias: true)], isResidual: true),
        Segment("a product and a residual", stage: 0, [convolution(8, 8, 1, bias: true)], isResidual: true),
        Segment(
            "gaps and overlaps", stage: 0,
            [convolution(8, 5, 2, stride: 3, padding: 1, bias: true), silu("a"), convolution(5, 8, 2, padding: 0)]),
        Segment(
            "layer norm", stage: 0,
            [
                Child("l", .layerNorm(channels: 8, epsilon: 1e-6)), convolution(8, 8, 1, bias: true),
                Child("", .activation(.gelu)), Child("m", .layerNorm(channels: 8, epsilon: 1e-6)),
            ], isResidual: true),
        Segment("gate", stage: 0, [gate(8, to: 3)]),
        Segment(
            "head", stage: nil,
            [
                Child("", .pool(.mean)), Child("", .dropout(0.3)),
                Child("p", .linear(Linear(8, 1, initial: .constant(0)))),
            ]),
        Segment(
            "head of largest values", stage: nil,
            [
                Child("", .pool(.maximum)), Child("l", .layerNorm(channels: 8, epsilon: 1e-6)),
                Child("p", .linear(Linear(8, 1, initial: .constant(0)))),
            ]),
        Segment(
            "head of generalised means", stage: nil,
            [
                Child("a", .pool(.generalisedMean)), Child("", .dropout(0.3)),
                Child("p", .linear(Linear(8, 1, initial: .constant(0)))),
            ]),
        Segment(
            "a pooling of a map within", stage: nil,
            [convolution(8, 5, 3, bias: true), Child("a", .pool(.generalisedMean)), convolution(5, 8, 1)]),
    ]

    /// Values that depend on the seed alone, those of variances and scales above zero.
    private func parameters(_ segment: Segment, on device: any Device) throws -> [Tensor] {
        var random = Values(seed: 21)
        return try segment.entries.map { entry in
            let values = random.array(entry.count, scale: entry.role == .weight ? 0.4 : 0.5)
            let isPositive = entry.role == .runningVariance || entry.role == .normWeight
            return try device.tensor(
                entry.role == .counter
                    ? [3] : entry.role == .exponent ? [2.6] : isPositive ? values.map { abs($0) + 0.5 } : values,
                Shape(channels: entry.count))
        }
    }

    /// The output, the input's gradient, the parameters' and what has become of the buffers.
    private func training(
        _ segment: Segment, on device: any Device, _ change: (inout Pass) -> Void = { _ in }
    ) throws -> [(String, [Float])] {
        var random = Values(seed: 22)
        let shape = Shape(images: 3, rows: 11, columns: 7, channels: segment.name == "stem" ? 3 : 8)
        let parameters = try parameters(segment, on: device)
        let gradients: [Tensor?] = try segment.entries.map { entry in
            guard entry.isTrained else { return nil }
            return try device.tensor(random.array(entry.count, scale: 0.1), Shape(channels: entry.count))
        }
        let given = random.array(shape.count)
        let input = try device.tensor(given, shape)
        let plan = try device.plan(segment)
        var pass = Pass(
            branch: segment.drop == nil ? .all(3) : Branch(images: [0, 2], factor: 1.25), keeps: true,
            dropout: DropoutMasks { image, count in (0..<count).map { Double(($0 * 7 + image * 3) % 10) / 10 } })
        change(&pass)
        let (output, kept) = try plan.forward(input, parameters, pass)
        #expect(output.shape == plan.shape(of: shape))
        let values = try device.read(output)
        let slopes = try device.tensor(random.array(output.shape.count), output.shape)
        let back = try plan.backward(try #require(kept), parameters, slopes, into: gradients, needsInput: true)
        var all = [("output", values), ("input", try device.read(try #require(back)))]
        #expect(try device.read(input) == given, "the input is kept")
        for (place, entry) in segment.entries.enumerated() {
            all.append((entry.name, try device.read(gradients[place] ?? parameters[place])))
        }
        return all
    }

    private static func bound(_ precision: CUDAPrecision, of name: String) -> Float {
        switch precision {
        case .single: name.contains("running") ? 1e-6 : 2e-5
        // Some roundings of what is stored, of up to nine layers forward and back.
        case .half: 24 * 0x1p-11
        case .bfloat16: 24 * 0x1p-8
        }
    }

    @Test(arguments: CUDAPrecision.allCases, segments.indices)
    func training(_ precision: CUDAPrecision, _ number: Int) throws {
        let segment = Self.segments[number]
        var card = try EmulatedPlugin.card(precision)
        let expected = try training(segment, on: Self.cpu)
        let found = try training(segment, on: card)
        // One image's patches at a time.
        card.bytesOfPatches = 1
        let again = try training(segment, on: card)
        for ((one, two), (name, wanted)) in zip(zip(found, again), expected) {
            let error = largestError(one.1, wanted)
            let most = Self.bound(precision, of: name)
            #expect(error < most, "\(segment.name), \(name) in \(precision.rawValue) is off by \(error)")
            #expect(largestError(two.1, one.1) < most, "\(segment.name), \(name), an image at a time")
        }
    }

    @Test(arguments: [Pass.Statistics.running, .batch])
    func otherStatistics(_ statistics: Pass.Statistics) throws {
        let (card, segment) = (try EmulatedPlugin.card(), Self.segments[2])
        let change = { (pass: inout Pass) in pass.statistics = statistics }
        let expected = try training(segment, on: Self.cpu, change)
        for (found, (name, wanted)) in zip(try training(segment, on: card, change), expected) {
            #expect(largestError(found.1, wanted) < Self.bound(.single, of: name), "\(name)")
        }
        // The buffers are as they were.
        let before = try parameters(segment, on: Self.cpu)
        for (place, entry) in segment.entries.enumerated() where !entry.isTrained {
            #expect(expected[2 + place].1 == Self.cpu.read(before[place]), "\(entry.name)")
        }
    }

    @Test(arguments: CUDAPrecision.allCases, segments.indices)
    func prediction(_ precision: CUDAPrecision, _ number: Int) throws {
        let segment = Self.segments[number]
        func output(on device: any Device) throws -> [Float] {
            var random = Values(seed: 23)
            let shape = Shape(images: 2, rows: 11, columns: 7, channels: segment.name == "stem" ? 3 : 8)
            let input = try device.tensor(random.array(shape.count), shape)
            let values = try parameters(segment, on: Self.cpu).map { Self.cpu.read($0) }
            return try device.read(try device.plan(segment, values: values).forward(input, spare: nil))
        }
        let card = try EmulatedPlugin.card(precision)
        let (found, expected) = (try output(on: card), try output(on: Self.cpu))
        #expect(largestError(found, expected) < Self.bound(precision, of: ""), "\(segment.name)")
    }

    @Test func convolutionsThatDevicesDoNotComputeAreNamed() throws {
        func messages(_ child: Child, on device: any Device) -> [String] {
            let segment = Segment("features.1", stage: 1, [child])
            let values = segment.entries.map { [Float](repeating: 1, count: $0.count) }
            return [
                #expect(throws: ComputeError.self) { _ = try device.plan(segment) },
                #expect(throws: ComputeError.self) { _ = try device.plan(segment, values: values) },
            ].map { "\($0.map { "\($0)" } ?? "")" }
        }
        let card = try EmulatedPlugin.card()
        for nine in messages(Self.convolution(8, 8, 9, groups: 8), on: card) {
            #expect(nine.contains("features.1: cards compute no depthwise convolution of 9×9"), "\(nine)")
        }
        for groups in messages(Self.convolution(8, 8, 3, groups: 2), on: card) {
            #expect(groups.contains("features.1: cards compute no convolution of 2 groups of 8 channels"), "\(groups)")
        }
        for groups in messages(Self.convolution(8, 8, 3, groups: 2), on: Self.cpu) {
            #expect(groups.contains("features.1: the CPU computes no convolution of 2 groups"), "\(groups)")
        }
        // A kernel would stop the program.
        for seven in messages(Self.convolution(8, 8, 7, stride: 2, groups: 8), on: Self.cpu) {
            #expect(seven.contains("features.1: the CPU computes no depthwise convolution of 7×7"), "\(seven)")
        }
    }
}

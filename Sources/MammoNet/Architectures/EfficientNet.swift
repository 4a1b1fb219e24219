import MammoGraph

/// EfficientNet (Tan and Le 2019) and EfficientNetV2 (2021), as torchvision's `EfficientNet` has them.
enum EfficientNet {
    /// torchvision's networks, and two that fit into a test.
    static let networks = [
        b("efficientnet_b0", width: 1, depth: 1, dropout: 0.2),
        b("efficientnet_b1", width: 1, depth: 1.1, dropout: 0.2),
        b("efficientnet_b2", width: 1.1, depth: 1.2, dropout: 0.3),
        b("efficientnet_b3", width: 1.2, depth: 1.4, dropout: 0.3),
        b("efficientnet_b4", width: 1.4, depth: 1.8, dropout: 0.4),
        b("efficientnet_b5", width: 1.6, depth: 2.2, dropout: 0.4, BatchNormOptions(epsilon: 1e-3, momentum: 0.01)),
        v2(
            "efficientnet_v2_s", stem: 24, dropout: 0.2,
            [
                Stage(.fused, 1, 3, 1, 24, 24, 2), Stage(.fused, 4, 3, 2, 24, 48, 4), Stage(.fused, 4, 3, 2, 48, 64, 4),
                Stage(.inverted, 4, 3, 2, 64, 128, 6), Stage(.inverted, 6, 3, 1, 128, 160, 9),
                Stage(.inverted, 6, 3, 2, 160, 256, 15),
            ], last: 1280),
        v2(
            "efficientnet_v2_m", stem: 24, dropout: 0.3,
            [
                Stage(.fused, 1, 3, 1, 24, 24, 3), Stage(.fused, 4, 3, 2, 24, 48, 5), Stage(.fused, 4, 3, 2, 48, 80, 5),
                Stage(.inverted, 4, 3, 2, 80, 160, 7), Stage(.inverted, 6, 3, 1, 160, 176, 14),
                Stage(.inverted, 6, 3, 2, 176, 304, 18),
                Stage(.inverted, 6, 3, 1, 304, 512, 5),
            ], last: 1280),
        v2(
            "efficientnet_v2_l", stem: 32, dropout: 0.4,
            [
                Stage(.fused, 1, 3, 1, 32, 32, 4), Stage(.fused, 4, 3, 2, 32, 64, 7), Stage(.fused, 4, 3, 2, 64, 96, 7),
                Stage(.inverted, 4, 3, 2, 96, 192, 10), Stage(.inverted, 6, 3, 1, 192, 224, 19),
                Stage(.inverted, 6, 3, 2, 224, 384, 25),
                Stage(.inverted, 6, 3, 1, 384, 640, 7),
            ], last: 1280, Normalisation(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])),
        network(
            "efficientnet_micro", stem: 8, dropout: 0.2,
            [
                Stage(.inverted, 1, 3, 1, 8, 8, 1), Stage(.inverted, 4, 3, 2, 8, 8, 2),
                Stage(.inverted, 4, 5, 2, 8, 16, 2),
                Stage(.inverted, 4, 3, 2, 16, 24, 1), Stage(.inverted, 4, 5, 2, 24, 24, 1),
            ], last: 96, BatchNormOptions(epsilon: 1e-5, momentum: 0.1)),
        v2(
            "efficientnet_v2_micro", stem: 8, dropout: 0.2,
            [
                Stage(.fused, 1, 3, 1, 8, 8, 1), Stage(.fused, 4, 3, 2, 8, 16, 2), Stage(.inverted, 4, 3, 2, 16, 24, 2),
                Stage(.inverted, 6, 3, 2, 24, 32, 1), Stage(.inverted, 6, 3, 2, 32, 32, 1),
            ], last: 64),
    ]

    /// A row of torchvision's tables: blocks of one kind, of which the first may halve the image.
    private struct Stage {
        /// MBConv or FusedMBConv.
        enum Kind { case inverted, fused }

        var kind: Kind
        /// Hidden channels as a multiple of the input's.
        var expansion: Int
        var kernel: Int
        var stride: Int
        var inputs: Int
        var outputs: Int
        var blocks: Int

        init(
            _ kind: Kind, _ expansion: Int, _ kernel: Int, _ stride: Int, _ inputs: Int, _ outputs: Int,
            _ blocks: Int
        ) {
            (self.kind, self.expansion, self.kernel, self.stride) = (kind, expansion, kernel, stride)
            (self.inputs, self.outputs, self.blocks) = (inputs, outputs, blocks)
        }
    }

    /// What all batch normalisations of a network have.
    private struct BatchNormOptions {
        var epsilon: Float
        var momentum: Float
    }

    /// B0's table, scaled.
    private static func b(
        _ name: String, width: Double, depth: Double, dropout: Double,
        _ norm: BatchNormOptions = BatchNormOptions(epsilon: 1e-5, momentum: 0.1)
    ) -> Network {
        let table: [Stage] = [
            Stage(.inverted, 1, 3, 1, 32, 16, 1), Stage(.inverted, 6, 3, 2, 16, 24, 2),
            Stage(.inverted, 6, 5, 2, 24, 40, 2),
            Stage(.inverted, 6, 3, 2, 40, 80, 3), Stage(.inverted, 6, 5, 1, 80, 112, 3),
            Stage(.inverted, 6, 5, 2, 112, 192, 4),
            Stage(.inverted, 6, 3, 1, 192, 320, 1),
        ]
        let stages = table.map { stage in
            var scaled = stage
            scaled.inputs = divisible(Double(stage.inputs) * width)
            scaled.outputs = divisible(Double(stage.outputs) * width)
            scaled.blocks = Int((Double(stage.blocks) * depth).rounded(.up))
            return scaled
        }
        let last = 4 * stages[stages.count - 1].outputs
        return network(name, stem: stages[0].inputs, dropout: dropout, stages, last: last, norm)
    }

    private static func v2(
        _ name: String, stem: Int, dropout: Double, _ stages: [Stage], last: Int,
        _ normalisation: Normalisation = .imageNet
    ) -> Network {
        network(
            name, stem: stem, dropout: dropout, stages, last: last, BatchNormOptions(epsilon: 1e-3, momentum: 0.1),
            normalisation, minimumSide: 33)
    }

    /// The nearest multiple of 8, but not below 90 % of the value: torchvision's `_make_divisible`.
    private static func divisible(_ value: Double) -> Int {
        let rounded = max(8, Int(value + 4) / 8 * 8)
        return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
    }

    /// A network with a head of one logit.
    private static func network(
        _ name: String, stem: Int, dropout: Double, _ stages: [Stage], last: Int, _ norm: BatchNormOptions,
        _ normalisation: Normalisation = .imageNet, minimumSide: Int = 32
    ) -> Network {
        var features = [
            Segment("features.0", stage: 0, convolution("", 3, stem, kernel: 3, stride: 2, norm, .silu))
        ]
        let count = stages.reduce(0) { $0 + $1.blocks }
        var number = 0
        for (place, stage) in stages.enumerated() {
            for index in 0..<stage.blocks {
                var block = stage
                if index > 0 { (block.inputs, block.stride) = (stage.outputs, 1) }
                let isResidual = block.stride == 1 && block.inputs == block.outputs
                features.append(
                    Segment(
                        "features.\(place + 1).\(index)", stage: place + 1, body(block, norm), isResidual: isResidual,
                        drop: isResidual ? Segment.Drop(number, of: count) : nil))
                number += 1
            }
        }
        let end = stages.count + 1
        features.append(
            Segment(
                "features.\(end)", stage: end,
                convolution("", stages[stages.count - 1].outputs, last, kernel: 1, norm, .silu), joins: .previous))
        let head = Segment(
            "classifier", prefix: "", stage: nil,
            [
                Child("avgpool", .pool(.mean)), Child("", .dropout(dropout)),
                Child("classifier.1", .linear(Linear(last, 1, initial: .uniform(1)))),
            ])
        return Network(
            name, family: "EfficientNet", features: features, head: head, normalisation: normalisation,
            minimumSide: minimumSide)
    }

    /// torchvision's MBConv and FusedMBConv.
    private static func body(_ block: Stage, _ norm: BatchNormOptions) -> [Child] {
        let hidden = divisible(Double(block.inputs * block.expansion))
        if block.kind == .fused {
            guard block.expansion != 1 else {
                return convolution(
                    "block.0", block.inputs, block.outputs, kernel: block.kernel, stride: block.stride, norm, .silu)
            }
            return convolution(
                "block.0", block.inputs, hidden, kernel: block.kernel, stride: block.stride, norm, .silu)
                + convolution("block.1", hidden, block.outputs, kernel: 1, norm, nil)
        }
        var layers: [Child] = []
        var place = 0
        if block.expansion != 1 {
            layers += convolution("block.0", block.inputs, hidden, kernel: 1, norm, .silu)
            place = 1
        }
        layers += convolution(
            "block.\(place)", hidden, hidden, kernel: block.kernel, stride: block.stride, groups: hidden, norm, .silu)
        layers.append(Child("block.\(place + 1)", .gate(squeeze(hidden, to: max(1, block.inputs / 4)))))
        return layers + convolution("block.\(place + 2)", hidden, block.outputs, kernel: 1, norm, nil)
    }

    /// torchvision's SqueezeExcitation, without the product with its input.
    private static func squeeze(_ channels: Int, to width: Int) -> [Child] {
        func product(_ inputs: Int, _ outputs: Int) -> Layer {
            .convolution(
                Convolution(inputs, outputs, kernel: 1, hasBias: true, initial: initial(outputs, kernel: 1)))
        }
        return [
            Child("", .pool(.mean)), Child("fc1", product(channels, width)), Child("", .activation(.silu)),
            Child("fc2", product(width, channels)), Child("", .activation(.sigmoid)),
        ]
    }

    /// torchvision's Conv2dNormActivation: layers 0 and 1 of a module.
    private static func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        _ norm: BatchNormOptions, _ activation: Activation?
    ) -> [Child] {
        let prefix = name.isEmpty ? "" : "\(name)."
        let convolution = Convolution(
            inputs, outputs, kernel: kernel, stride: stride, groups: groups, hasBias: false,
            initial: initial(outputs, kernel: kernel))
        return [
            Child("\(prefix)0", .convolution(convolution)),
            Child("\(prefix)1", .batchNorm(BatchNorm(outputs, epsilon: norm.epsilon, momentum: norm.momentum))),
        ] + (activation.map { [Child("", .activation($0))] } ?? [])
    }

    /// `kaiming_normal_(mode="fan_out")`: the fan is that of all groups together.
    private static func initial(_ outputs: Int, kernel: Int) -> ParameterSpec.Initial {
        .normal((2 / Double(outputs * kernel * kernel)).squareRoot())
    }
}

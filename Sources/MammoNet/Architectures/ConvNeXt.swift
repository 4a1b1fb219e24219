import MammoGraph

/// ConvNeXt (Liu et al., "A ConvNet for the 2020s", 2022), as torchvision's `ConvNeXt` has it.
enum ConvNeXt {
    /// torchvision's networks; timm's "nano" to "atto", which are smaller; and "micro", which fits into a test.
    static let networks = [
        network("tiny", [3, 3, 9, 3], [96, 192, 384, 768]),
        network("small", [3, 3, 27, 3], [96, 192, 384, 768]),
        network("base", [3, 3, 27, 3], [128, 256, 512, 1024]),
        network("large", [3, 3, 27, 3], [192, 384, 768, 1536]),
        network("nano", [2, 2, 8, 2], [80, 160, 320, 640]),
        network("pico", [2, 2, 6, 2], [64, 128, 256, 512]),
        network("femto", [2, 2, 6, 2], [48, 96, 192, 384]),
        network("atto", [2, 2, 6, 2], [40, 80, 160, 320]),
        network("micro", [1, 1, 2, 1], [8, 16, 32, 64]),
    ]

    /// Its truncation at ±2 is a hundred deviations away.
    private static let initial = ParameterSpec.Initial.normal(0.02)

    /// A network with a head of one logit.
    ///
    /// - Parameters:
    ///   - name: What `--arch` calls it.
    ///   - depths: Blocks of each of the four stages.
    ///   - widths: Channels of each stage.
    /// - Returns: The network.
    private static func network(_ name: String, _ depths: [Int], _ widths: [Int]) -> Network {
        var features = [
            Segment(
                "features.0", stage: 0, [Child("0", patches(3, widths[0], side: 4)), Child("1", norm(widths[0]))])
        ]
        let blocks = depths.reduce(0, +)
        var number = 0
        for (stage, width) in widths.enumerated() {
            for place in 0..<depths[stage] {
                features.append(
                    block(
                        "features.\(2 * stage + 1).\(place)", stage: 2 * stage + 1, width,
                        Segment.Drop(number, of: blocks - 1)))
                number += 1
            }
            guard stage + 1 < widths.count else { break }
            features.append(
                Segment(
                    "features.\(2 * stage + 2)", stage: 2 * stage + 2,
                    [Child("0", norm(width)), Child("1", patches(width, widths[stage + 1], side: 2))],
                    joins: .next))
        }
        let last = widths[widths.count - 1]
        let head = Segment(
            "classifier", prefix: "", stage: nil,
            [
                Child("avgpool", .pool(.mean)), Child("classifier.0", norm(last)),
                Child("classifier.2", .linear(Linear(last, 1, initial: initial))),
            ])
        return Network(name, family: "ConvNeXt", features: features, head: head)
    }

    private static func norm(_ channels: Int) -> Layer { .layerNorm(channels: channels, epsilon: 1e-6) }

    private static func patches(_ inputs: Int, _ outputs: Int, side: Int) -> Layer {
        .convolution(
            Convolution(inputs, outputs, kernel: side, stride: side, padding: 0, hasBias: true, initial: initial))
    }

    /// torchvision's CNBlock.
    private static func block(_ name: String, stage: Int, _ width: Int, _ drop: Segment.Drop) -> Segment {
        Segment(
            name, stage: stage,
            [
                Child(
                    "block.0",
                    .convolution(Convolution(width, width, kernel: 7, groups: width, hasBias: true, initial: initial))),
                Child("block.2", norm(width)),
                Child("block.3", .linear(Linear(width, 4 * width, initial: initial))),
                Child("", .activation(.gelu)),
                Child("block.5", .linear(Linear(4 * width, width, initial: initial))),
            ],
            isResidual: true, scale: ParameterSpec("layer_scale", [width, 1, 1], .scale, .constant(1e-6)), drop: drop)
    }
}

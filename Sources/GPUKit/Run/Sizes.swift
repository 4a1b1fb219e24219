/// What is measured, on a card or in a rehearsal.
package struct Sizes: Sendable {
    /// The network.
    package var arch: String
    /// The EfficientNet whose logits are compared and whose training steps are timed beside it, and the batch of those.
    package var efficientNet: String
    package var efficientNetBatch: Int
    /// The size that counts, and a small one.
    package var large: ImageSize
    package var small: ImageSize
    /// Batches of training at both sizes, and of inference at the large one; the one that counts first.
    package var trainingBatches: [Int]
    package var inferenceBatches: [Int]
    /// As --amp takes them, the one that counts first.
    package var amps: [String]
    /// Batches that logits and gradients are compared for, as the peers' --cases takes them; the peers' own where nil.
    package var comparisons: [BatchShape]?
    /// Batches that training is compared for, as above, and how many steps.
    package var trainingComparisons: [BatchShape]?
    package var comparedSteps: Int
    /// Steps of a run that is timed, and how many of them warm up.
    package var timedSteps: Int
    package var warmUpSteps: Int
    /// Images of a short run of inference, and of a longer one beyond those.
    package var shortImages: Int
    package var timedImages: Int
    /// How often inference is timed.
    package var rounds: Int
    /// Runs of the peers' turns.
    package var peerRuns: Int
    /// Steps of the run that is killed.
    package var killedSteps: Int
    /// Images that each operation is timed with.
    package var operationBatch: Int
    /// Seconds that all operations are timed for at most: more make them no surer.
    package var operationSeconds: Double

    /// On a card, whose architecture is given as 90 of sm_90: below 80 there is no bf16.
    package static func card(architecture: Int?) -> Sizes {
        let (large, small) = (ImageSize(2048, 1024), ImageSize(512, 256))
        return Sizes(
            arch: "tiny", efficientNet: "efficientnet_v2_s", efficientNetBatch: 8, large: large, small: small,
            trainingBatches: [26, 8], inferenceBatches: [8, 1],
            amps: architecture ?? 80 >= 80 ? ["bf16", "fp16", "none"] : ["fp16", "none"],
            comparisons: [BatchShape(2, large), BatchShape(3, ImageSize(511, 257))],
            trainingComparisons: nil, comparedSteps: 10,
            timedSteps: 15, warmUpSteps: 4, shortImages: 28, timedImages: 256, rounds: 2, peerRuns: 5,
            killedSteps: 12, operationBatch: 8, operationSeconds: 60)
    }

    /// On the CPU, in a minute or two.
    package static var rehearsal: Sizes {
        let size = ImageSize(64, 32)
        return Sizes(
            arch: "micro", efficientNet: "efficientnet_micro", efficientNetBatch: 2, large: size, small: size,
            trainingBatches: [2], inferenceBatches: [2],
            amps: ["bf16", "fp16", "none"],
            comparisons: [BatchShape(2, size), BatchShape(3, ImageSize(65, 39))],
            trainingComparisons: [BatchShape(2, size)], comparedSteps: 3,
            timedSteps: 3, warmUpSteps: 1, shortImages: 1, timedImages: 14, rounds: 1, peerRuns: 1,
            killedSteps: 12, operationBatch: 2, operationSeconds: 8)
    }

    /// Image sizes, each once.
    package var images: [ImageSize] { large == small ? [large] : [large, small] }
    /// Shapes of training, the one that counts first.
    package var training: [BatchShape] {
        images.flatMap { size in trainingBatches.map { BatchShape($0, size) } }
    }
    /// Shapes of inference.
    package var inference: [BatchShape] { inferenceBatches.map { BatchShape($0, large) } }
}

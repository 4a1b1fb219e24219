/// What is measured, on a card or in a rehearsal.
package struct Sizes: Sendable {
    /// The network.
    package var arch: String
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
    /// Steps of a run that is timed, and how many of them warm up.
    package var timedSteps: Int
    package var warmUpSteps: Int
    /// Images of a run of inference that is timed, beyond those of the one that it is compared with.
    package var timedImages: Int
    /// How often inference is timed.
    package var rounds: Int
    /// Runs of the peers' turns.
    package var peerRuns: Int
    /// Steps of the run that is killed.
    package var killedSteps: Int
    /// Images that each operation is timed with.
    package var operationBatch: Int

    /// On a card, whose architecture is given as 90 of sm_90: below 80 there is no bf16.
    package static func card(architecture: Int?) -> Sizes {
        Sizes(
            arch: "tiny", large: ImageSize(2048, 1024), small: ImageSize(512, 256),
            trainingBatches: [26, 8],
            inferenceBatches: [8, 1], amps: architecture ?? 80 >= 80 ? ["bf16", "fp16", "none"] : ["fp16", "none"],
            comparisons: [BatchShape(2, ImageSize(2048, 1024)), BatchShape(3, ImageSize(511, 257))], timedSteps: 15,
            warmUpSteps: 4, timedImages: 256, rounds: 2, peerRuns: 5, killedSteps: 12, operationBatch: 8)
    }

    /// On the CPU, in a minute or two.
    package static let rehearsal = Sizes(
        arch: "micro", large: ImageSize(64, 32), small: ImageSize(64, 32), trainingBatches: [3, 2],
        inferenceBatches: [4, 1], amps: ["bf16", "fp16", "none"],
        comparisons: [BatchShape(2, ImageSize(64, 32)), BatchShape(3, ImageSize(65, 39))], timedSteps: 3,
        warmUpSteps: 1,
        timedImages: 18, rounds: 1, peerRuns: 1, killedSteps: 12,
        operationBatch: 2)

    /// Image sizes, each once.
    package var images: [ImageSize] { large == small ? [large] : [large, small] }
    /// Shapes of training, the one that counts first.
    package var training: [BatchShape] {
        images.flatMap { size in trainingBatches.map { BatchShape($0, size) } }
    }
    /// Shapes of inference.
    package var inference: [BatchShape] { inferenceBatches.map { BatchShape($0, large) } }
}

import ArgumentParser
import MammoGraph
import MammoImage
import MammoNet

/// Writes random weights that `mammo` takes as those of a trained network.
struct RandomWeights: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Write random but plausible weights, for machines that cannot download trained ones.",
        discussion: """
            EXAMPLES
              bench-network weights begin.safetensors --arch tiny --size 2048x1024 --seed 1
              mammo train --weights begin.safetensors --images png --csv train.csv --out run
              mammo infer --weights begin.safetensors --png-dir png --csv test.csv --out submission.csv

            Weights are as torchvision begins, but for what keeps blocks from having a share in the logits: layer scales are
            uniform from 0.1 to 1, batch norms have weights from 0.5 to 1.5 and the running statistics of simple images.
            The same seed gives the same bytes. The metadata record network, pooling, normalisation and the size of
            preprocessed images. mammo train starts from random weights without a file too: --weights none.
            """)

    @Argument(help: ArgumentHelp("The .safetensors file to write.", valueName: "file"))
    var out: String

    @Option(help: "The network.")
    var arch = Network.tiny

    @Option(help: ArgumentHelp("Rows and columns of preprocessed images.", valueName: "RxC"))
    var size = ImageSize()

    @Option(help: ArgumentHelp("Which random numbers.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws { try size.check(for: arch) }

    func run() throws {
        let weights = try PlausibleWeights(arch, seed: seed)
        var metadata = WeightsMetadata()
        metadata.architecture = arch.name
        metadata.pooling = arch.pooling
        metadata.normalisation = arch.normalisation
        metadata.preprocessing = PreprocessParameters(rows: size.rows, columns: size.columns)
        let entries = arch.entries.map { SafetensorsWriter.Entry($0) }
        try SafetensorsWriter.write(entries, metadata: metadata.texts, to: out) { weights.values(of: $0.name) }
    }
}

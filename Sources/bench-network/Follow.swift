import ArgumentParser
import MammoCompute
import MammoGraph
import MammoNet
import MammoTrain

/// Trains on given batches from given weights, and writes the final weights: what Scripts/peers/compare_training.py compares
/// with PyTorch's.
struct Follow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train on given batches; print each step's learning rate and loss, and write the final weights.",
        discussion: """
            EXAMPLE
              bench-network follow weights.safetensors batches.safetensors final.safetensors --device cuda --amp fp16 \\
                  --gradients gradients.safetensors

            With --amp fp16 a line has the loss scale of its step too, and steps are skipped by GradScaler's rules.
            """)

    @Argument(help: "Weights, .safetensors or .pth.")
    var weights: String

    @Argument(help: "A .safetensors file with `images`, S×N×3×H×W, and `labels`, S×N.")
    var batches: String

    @Argument(help: "The .safetensors file of final weights to write.")
    var out: String

    @OptionGroup var machine: MachineOptions

    @Option(help: "cosine, restarts or constant.")
    var schedule = "cosine"

    @Option(help: "The learning rate.")
    var lr = 5e-5

    @Option(help: "The first period of restarts.")
    var t0 = 5

    @Option(help: "How many parameters, from the first, are frozen.")
    var freeze = 0

    @Flag(help: "Batch norms with frozen weights keep their running statistics.")
    var freezeNorm = false

    @Option(help: "What a positive counts.")
    var posWeight = 20.0

    @Option(help: "The loss scale to begin with, for --amp fp16.")
    var lossScale = 65536.0

    @Option(help: "Write the first step's gradients, without the loss scale, to this .safetensors file.")
    var gradients: String?

    func run() throws {
        let device = try machine.open()
        let initial = try ModelWeights(try WeightsFile(path: weights))
        let network = try TrainingNetwork(
            initial.architecture, on: device, freezesNorms: freezeNorm, values: initial.values(of:))
        try network.freeze(freeze)
        let file = try WeightsFile(path: batches)
        let images = try ImageBatches(file, "images")
        let labels = file.values(of: try file.entry("labels"))
        let (steps, n) = (images.count, images.shape.images)
        guard labels.count == steps * n else {
            throw ValidationError("\(batches): \(labels.count) labels for \(steps) batches of \(n)")
        }
        let rates = try self.rates(steps)
        var training = try TrainingStep(
            network, loss: BinaryLoss(positiveWeight: posWeight),
            scaler: machine.amp == .fp16 ? GradScaler(scale: lossScale) : nil)
        for step in 0..<steps {
            let input = try device.tensor(images[step], images.shape)
            let scale = training.scaler?.scale
            let loss = try training.make(input, Array(labels[step * n..<(step + 1) * n]), rate: rates[step]) { part in
                guard part == .backward, step == 0, let gradients else { return }
                try write(network.gradients, of: network.trained, to: gradients, device)
            }.loss
            print("\(rates[step]) \(loss)" + (scale.map { " \($0)" } ?? ""))
        }
        try write(network.parameters, of: network.architecture.entries[...], to: out, device)
    }

    private func rates(_ steps: Int) throws -> [Double] {
        let kinds: [String: LearningRateSchedule.Shape] = [
            "cosine": .cosine, "restarts": .restarts(first: t0, factor: 1), "constant": .constant,
        ]
        guard let kind = kinds[schedule] else {
            throw ValidationError("--schedule is \(schedule), expected cosine, restarts or constant")
        }
        return LearningRateSchedule(kind, rate: lr, steps: steps).rates()
    }

    private func write(
        _ tensors: ParameterTensors, of parameters: ArraySlice<ParameterSpec>, to path: String,
        _ device: any Device
    ) throws {
        let list = try parameters.map {
            SafetensorsWriter.Tensor($0, values: try device.read(tensors[$0.name]))
        }
        try SafetensorsWriter.write(list, metadata: [:], to: path)
    }
}

import ArgumentParser
import MammoCompute
import MammoNet

/// Trains on given batches from given weights, and writes the final weights; prints the learning rate and the loss of each
/// step, then the gradients' tensors of the first step where asked for: what Scripts/compare holds against PyTorch.
struct Follow: ParsableCommand {
    @Argument(help: "Weights, .safetensors or .pth.")
    var weights: String

    @Argument(help: "A .safetensors file with `images`, S×N×3×H×W, and `labels`, S×N.")
    var batches: String

    @Argument(help: "The .safetensors file of final weights to write.")
    var out: String

    @Option(help: "cosine, restarts or constant.")
    var schedule = "cosine"

    @Option(help: "The learning rate.")
    var lr = 5e-5

    @Option(help: "The first period of restarts.")
    var t0 = 5

    @Option(help: "How many parameters, from the first, are frozen.")
    var freeze = 0

    @Option(help: "What a positive counts.")
    var posWeight = 20.0

    @Option(help: "Threads.")
    var threads = 2

    @Option(help: "Write the first step's gradients to this .safetensors file.")
    var gradients: String?

    func run() throws {
        let device = CPUDevice(threads: threads)
        let initial = try ModelWeights(try WeightsFile(path: weights))
        let network = try TrainingNetwork(initial.architecture, on: device, values: initial.values(of:))
        try network.freeze(freeze)
        let optimizer = try AdamW(for: network, AdamW.Options())
        let file = try WeightsFile(path: batches)
        guard let images = file.tensors.first(where: { $0.name == "images" && $0.shape.count == 5 }),
            let labels = file.tensors.first(where: { $0.name == "labels" })
        else { throw ValidationError("\(batches): expected images and labels") }
        let (steps, n, rows, columns) = (images.shape[0], images.shape[1], images.shape[3], images.shape[4])
        let values = file.values(of: images).transposed(matrices: steps * n, rows: 3, columns: rows * columns)
        let all = file.values(of: labels)
        let shape = Shape(images: n, rows: rows, columns: columns, channels: 3)
        let kinds: [String: LearningRateSchedule.Shape] = [
            "cosine": .cosine, "restarts": .restarts(first: t0, factor: 1), "constant": .constant,
        ]
        guard let kind = kinds[schedule] else { throw ValidationError("--schedule is \(schedule)") }
        let rates = LearningRateSchedule(kind, rate: lr, steps: steps).rates()
        for step in 0..<steps {
            let input = try device.tensor(Array(values[step * shape.count..<(step + 1) * shape.count]), shape)
            try network.clearGradients()
            let tape = try network.forward(input)
            let loss = BinaryLoss(positiveWeight: posWeight).mean(tape.logits, Array(all[step * n..<(step + 1) * n]))
            try network.backward(tape, slopes: loss.slopes)
            if step == 0, let gradients { try write(network.gradients, of: network.trained, to: gradients, device) }
            try optimizer.step(network, rate: rates[step])
            print("\(rates[step]) \(loss.loss)")
        }
        try write(network.parameters, of: network.architecture.parameters[...], to: out, device)
    }

    private func write(
        _ tensors: ParameterTensors, of parameters: ArraySlice<ConvNeXtArchitecture.Parameter>, to path: String,
        _ device: CPUDevice
    ) throws {
        let list = parameters.map {
            SafetensorsWriter.Tensor(name: $0.name, shape: $0.shape, values: device.read(tensors[$0.name]))
        }
        try SafetensorsWriter.write(list, metadata: [:], to: path)
    }
}

import ArgumentParser
import MammoCompute
import MammoNet

/// Seconds of each step of training and of its parts, one a line (whole, forward, backward, update), then the peak of
/// memory in MB.
struct Train: ParsableCommand {
    @OptionGroup var options: BenchOptions

    @Flag(help: "Compute activations again instead of keeping them.")
    var recompute = false

    @Option(help: "How many parameters, from the first, are frozen.")
    var freeze = 0

    func run() throws {
        let device = try options.device
        let network = try TrainingNetwork(Tiny.architecture, on: device, recomputes: recompute, values: Tiny.values)
        try network.freeze(freeze)
        let optimizer = try AdamW(for: network, AdamW.Options())
        let shape = try options.shape
        let input = try device.tensor((0..<shape.count).map { Float($0 % 97) / 97 - 0.5 }, shape)
        let labels = [Float](repeating: 1, count: shape.images)
        for run in 0...options.runs {
            var tape: TrainingNetwork.Tape?
            let forward = try Timing.seconds { tape = try network.forward(input) }
            guard let tape else { return }
            let slopes = BinaryLoss().mean(tape.logits, labels).slopes
            let backward = try Timing.seconds {
                try network.clearGradients()
                try network.backward(tape, slopes: slopes)
            }
            let update = try Timing.seconds { try optimizer.step(network, rate: 5e-5) }
            // The first is to warm up.
            if run > 0 { print(forward + backward + update, forward, backward, update) }
        }
        print("peak", Timing.peakMegabytes)
    }
}

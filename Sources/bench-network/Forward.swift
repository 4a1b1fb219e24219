import ArgumentParser
import MammoCompute
import MammoNet

/// Times predictions of a batch that lies on the device.
struct Forward: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the seconds of each forward pass, one a line, then 'peak' and the most memory in MB.",
        discussion: """
            EXAMPLE
              bench-network forward --size 2048x1024 --batch 8 --device cuda --amp bf16 --warm-up 3 --runs 10

            A pass ends when its logits are on the host. The batch lies on the device beforehand. On a card the memory is
            'unknown'.
            """)

    @OptionGroup var options: TimingOptions

    func run() throws {
        let device = try options.machine.open()
        let network = try InferenceNetwork(device: device, random: try PlausibleWeights(options.arch, seed: 1))
        let input = try options.input(on: device)
        let stopwatch = try Stopwatch(device)
        for run in 0..<options.warmUp + options.runs {
            let seconds = try stopwatch.seconds { _ = try device.read(try network.logits(input)) }
            if run >= options.warmUp { print(seconds) }
        }
        print(PeakMemory.line(of: device))
    }
}

extension InferenceNetwork {
    /// A network of random weights.
    init(device: any Device, random weights: PlausibleWeights) throws {
        try self.init(device: device, architecture: weights.architecture, values: weights.values(of:))
    }
}

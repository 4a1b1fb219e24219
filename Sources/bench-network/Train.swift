import ArgumentParser
import MammoBase
import MammoCompute
import MammoImage
import MammoNet
import MammoTrain

/// Times steps of training on a batch that lies on the device.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the seconds of each training step, one a line, then 'peak' and the most memory in MB.",
        discussion: """
            EXAMPLE
              bench-network train --size 512x256 --batch 26 --device cuda --amp fp16 --warm-up 3 --runs 10

            A step is forward, backward and AdamW's update, on a batch that lies on the device. With --amp fp16 gradients
            are unscaled and checked as mammo train does; steps that this skips are not timed. With --parts a line has the
            seconds of the whole step, forward, backward and update; on a card the device then waits between them.
            """)

    @OptionGroup var options: TimingOptions

    @Flag(help: "Print the parts of each step too.")
    var parts = false

    @Flag(help: "Compute activations again instead of keeping them.")
    var recompute = false

    @Option(help: ArgumentHelp("How many parameters, from the first, are frozen.", valueName: "n"))
    var freeze = 0

    func run() throws {
        let device = try options.machine.open()
        let weights = try PlausibleWeights(options.arch, seed: 1)
        let network = try TrainingNetwork(
            options.arch, on: device, recomputes: recompute, values: weights.values(of:))
        try network.freeze(freeze)
        var step = try TrainingStep(
            network, loss: BinaryLoss(), scaler: options.machine.amp == .fp16 ? GradScaler() : nil)
        let input = try options.input(on: device)
        let labels = (0..<options.batch).map { Float(($0 + 1) % 2) }
        let stopwatch = try Stopwatch(device)
        var made = 0
        while made < options.warmUp + options.runs {
            var marks = [try stopwatch.now()]
            let isMade = try step.make(input, labels, rate: 5e-5) { part in
                if parts || part == .update { marks.append(try stopwatch.now()) }
            }.isMade
            guard isMade else { continue }
            if made >= options.warmUp { print(Self.line(marks)) }
            made += 1
        }
        print(PeakMemory.line(of: device))
    }

    /// Seconds of the whole and, where there are several parts, of each.
    private static func line(_ marks: [ContinuousClock.Instant]) -> String {
        let parts = zip(marks, marks.dropFirst()).map { ($1 - $0).inSeconds }
        let whole = (marks[marks.count - 1] - marks[0]).inSeconds
        return ([whole] + (parts.count > 1 ? parts : [])).map { "\($0)" }.joined(separator: " ")
    }
}

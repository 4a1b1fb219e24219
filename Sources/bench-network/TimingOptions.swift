import ArgumentParser
import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet

extension Network: ExpressibleByArgument {
    /// A name of `all`.
    public init?(argument: String) {
        guard let architecture = Self.named(argument) else { return nil }
        self = architecture
    }

    /// Its name.
    public var defaultValueDescription: String { name }

    /// The names of `all`.
    public static var allValueStrings: [String] { all.map(\.name) }

    /// The default of `--arch`.
    static var tiny: Network { all[0] }
}

/// Rows and columns as `2048x1024`.
struct ImageSize: ExpressibleByArgument {
    var (rows, columns) = (2048, 1024)

    init() {}

    init?(argument: String) {
        guard let size = PixelSize(argument) else { return nil }
        (rows, columns) = (size.rows, size.columns)
    }

    var defaultValueDescription: String { "\(rows)x\(columns)" }

    /// Refuses sizes below a network's smallest.
    func check(for network: Network) throws {
        let least = network.minimumSide
        guard min(rows, columns) >= least else {
            throw ValidationError(
                "--size is \(defaultValueDescription), expected at least \(least)x\(least) for \(network.name).")
        }
    }
}

/// What is timed, and how often.
struct TimingOptions: ParsableArguments {
    @OptionGroup var machine: MachineOptions

    @Option(
        help: ArgumentHelp("Rows and columns of the images, no less than the network's smallest.", valueName: "RxC"))
    var size = ImageSize()

    @Option(help: ArgumentHelp("Images at a time.", valueName: "n"))
    var batch = 1

    @Option(help: "The network, with random weights: the time does not depend on them.")
    var arch = Network.tiny

    @Option(help: ArgumentHelp("Runs that are timed.", valueName: "n"))
    var runs = 3

    @Option(help: ArgumentHelp("Runs before them that are not.", valueName: "n"))
    var warmUp = 1

    func validate() throws {
        for (name, value, least) in [("--batch", batch, 1), ("--runs", runs, 1), ("--warm-up", warmUp, 0)]
        where value < least { throw ValidationError("\(name) is \(value), expected at least \(least).") }
        try size.check(for: arch)
    }

    var shape: Shape { Shape(images: batch, rows: size.rows, columns: size.columns, channels: 3) }

    /// Values uniform within ±1.7, of deviation 1: a card draws more power, and may clock lower, than with constant ones.
    func input(on device: any Device) throws -> Tensor {
        // Asked for first: where it does not fit, the device says so.
        let tensor = try device.makeTensor(shape)
        var random = SplitMix64(seed: 1)
        try device.overwrite(tensor, with: (0..<shape.count).map { _ in Float(random.nextUnit() * 3.4 - 1.7) })
        return tensor
    }
}

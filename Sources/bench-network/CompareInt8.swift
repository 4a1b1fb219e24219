import ArgumentParser
import MammoCompute
import MammoGraph
import MammoNet

/// Compares predictions in 8 bits with those in fp32.
struct CompareInt8: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "int8",
        abstract: "Time int8 beside fp32, turn about, and compare logits of synthetic images.",
        discussion: """
            EXAMPLE
              bench-network int8 --arch tiny --size 1024x512 --runs 5 --images 32

            Weights are random but plausible. Ranges are found on other images than those whose logits are compared. Prints the
            seconds of each pair of forward passes, then the ratio of their medians, Pearson's correlation of the logits, and the
            largest difference beside the deviation of fp32's logits.
            """)

    @OptionGroup var options: TimingOptions

    @Option(help: ArgumentHelp("Images whose logits are compared.", valueName: "n"))
    var images = 32

    @Option(help: ArgumentHelp("Images that ranges are found on.", valueName: "n"))
    var calibrate = 8

    @Option(help: ArgumentHelp("Rows and columns of both; by default as --size.", valueName: "RxC"))
    var imageSize: ImageSize?

    func validate() throws {
        for (name, value, least) in [("--images", images, 2), ("--calibrate", calibrate, 1)] where value < least {
            throw ValidationError("\(name) is \(value), expected at least \(least).")
        }
        try imageSize?.check(for: options.arch)
    }

    func run() throws {
        let device = try options.machine.open()
        let weights = try PlausibleWeights(options.arch, seed: 1)
        func network(_ arithmetic: Arithmetic) throws -> InferenceNetwork {
            try InferenceNetwork(
                device: device, architecture: options.arch, arithmetic: arithmetic, values: weights.values(of:))
        }
        let size = imageSize ?? options.size
        let shape = Shape(images: 1, rows: size.rows, columns: size.columns, channels: 3)
        func logit(_ network: InferenceNetwork, _ seed: Int) throws -> Double {
            let image = SyntheticImages.lumps(shape, seed: UInt64(seed), options.arch.normalisation)
            return Double(try device.read(try network.logits(try device.tensor(image, shape)))[0])
        }
        let recorder = RangeRecorder()
        let observed = try network(.observed(recorder))
        for seed in 0..<calibrate { _ = try logit(observed, 1000 + seed) }
        let (full, int8) = (try network(.full), try network(.int8(recorder.ranges)))

        let input = try options.input(on: device)
        let stopwatch = try Stopwatch(device)
        var seconds: [(full: Double, int8: Double)] = []
        for run in 0..<options.warmUp + options.runs {
            let pair = (
                full: try stopwatch.seconds { _ = try device.read(try full.logits(input)) },
                int8: try stopwatch.seconds { _ = try device.read(try int8.logits(input)) }
            )
            guard run >= options.warmUp else { continue }
            print("fp32 \(pair.full) int8 \(pair.int8)")
            seconds.append(pair)
        }
        let medians = (median(seconds.map(\.full)), median(seconds.map(\.int8)))
        print("median fp32 \(medians.0) int8 \(medians.1) ratio \(medians.0 / medians.1)")

        let logits = try (0..<images).map { (full: try logit(full, $0), int8: try logit(int8, $0)) }
        let agreement = Agreement(logits.map(\.full), logits.map(\.int8))
        print(
            "logits of \(images) images: correlation \(agreement.correlation) largest difference "
                + "\(agreement.largestDifference) deviation of fp32 \(agreement.deviation)")
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

/// How far some values agree with others.
private struct Agreement {
    /// Pearson's.
    let correlation: Double
    let largestDifference: Double
    /// The standard deviation of the first ones.
    let deviation: Double

    init(_ one: [Double], _ other: [Double]) {
        func centred(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { $0 - mean }
        }
        let (x, y) = (centred(one), centred(other))
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }
        correlation = product(x, y) / (product(x, x) * product(y, y)).squareRoot()
        largestDifference = zip(one, other).map { abs($0 - $1) }.max() ?? 0
        deviation = (product(x, x) / Double(one.count)).squareRoot()
    }
}

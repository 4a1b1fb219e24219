import ArgumentParser
import MammoBase
import MammoCompute
import MammoGraph
import MammoNet

/// Times each kind of segment by itself, at the sizes it has in the network.
struct Layers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the time of each kind of segment, as operations a second and as a share of the CPU's peak.",
        discussion: """
            EXAMPLES
              bench-network layers
              bench-network layers --training --size 512x256 --batch 2
              bench-network layers --training --batch 8 --device cuda --amp bf16

            A segment is what a device plans as one: a stem, a block, a downsampling layer. Neighbours that are alike are
            timed once. The CPU's peak is measured: a product whose weights stay in the first level cache, on as many
            threads, at its best. On a card there is no share; check-cuda --measure times its kernels one by one.
            """)

    @OptionGroup var options: TimingOptions

    @Flag(help: "Training, forward and backward.")
    var training = false

    func run() throws {
        let device = try options.machine.open()
        let stopwatch = try Stopwatch(device)
        let peak = try (device as? CPUDevice).map { try Self.peak($0, stopwatch, runs: options.runs) }
        if let peak {
            print(
                "\(device.name): peak \(peak.rounded()) GFLOP/s (a product whose weights stay in the first level cache)"
            )
        } else {
            print(device.name)
        }
        print("segment\tinput\tms\tGFLOP/s" + (peak == nil ? "" : "\tshare of peak"))
        func report(_ name: String, _ shape: Shape, _ operations: Double, _ work: () throws -> Void) throws {
            for _ in 0..<options.warmUp { try work() }
            let times = try (0..<options.runs).map { _ in try stopwatch.seconds(work) }.sorted()
            let seconds = times[times.count / 2]
            let rate = operations / seconds / 1e9
            let share = peak.map { "\t\(Int(100 * rate / $0)) %" } ?? ""
            print("\(name)\t\(shape)\t\(Self.tenths(1000 * seconds))\t\(Self.tenths(rate))\(share)")
        }
        let weights = try PlausibleWeights(options.arch, seed: 1)
        var shape = options.shape
        for (first, count) in Self.distinct(options.arch.features) {
            let segment = options.arch.features[first]
            let work = try SegmentWork(segment, shape, weights: weights, on: device)
            let operations =
                Double(shape.images) * segment.work(rows: shape.rows, columns: shape.columns).operations
            let name = count > 1 ? "\(segment.name) ×\(count)" : segment.name
            if training {
                try report("\(name) forward", shape, operations) { try work.forward() }
                // Without the input's gradient there is half of the work.
                try report("\(name) backward", shape, first == 0 ? operations : 2 * operations) {
                    try work.backward(needsInput: first > 0)
                }
            } else {
                try report(name, shape, operations) { try work.predict() }
            }
            shape = work.output
        }
    }

    /// The segments that differ from the one before by more than their name: their places, and how many follow that are
    /// alike.
    private static func distinct(_ segments: [Segment]) -> [(first: Int, count: Int)] {
        var found: [(first: Int, count: Int)] = []
        for (place, segment) in segments.enumerated() {
            if let last = found.last, segments[last.first].body == segment.body,
                segments[last.first].isResidual == segment.isResidual
            {
                found[found.count - 1].count += 1
            } else {
                found.append((place, 1))
            }
        }
        return found
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func peak(_ device: CPUDevice, _ stopwatch: Stopwatch, runs: Int) throws -> Double {
        // Rows that stay in the second level cache.
        let (rows, depth, columns) = (448 * 4 * device.threads, 256, 64)
        let matrix = try device.matrix(
            LinearWeights(
                inputs: depth, outputs: columns, values: [Float](repeating: 0.1, count: depth * columns),
                bias: [Float](repeating: 0, count: columns)))
        let input = try device.tensor([Float](repeating: 0.5, count: rows * depth), Shape(rows: rows, channels: depth))
        // Half a second at least: on a virtual machine a new thread may share another's core for a moment.
        let start = try stopwatch.now()
        var (best, count) = (Double.infinity, 0)
        while try count < 20 * runs || (stopwatch.now() - start).inSeconds < 0.5 {
            best = min(best, try stopwatch.seconds { _ = try device.linear(input, matrix, finish: .none) })
            count += 1
        }
        return 2 * Double(rows * depth * columns) / best / 1e9
    }
}

import MammoNet
import ArgumentParser
import MammoCompute

/// Times each kind of layer by itself, at the sizes it has in the network.
struct Layers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the time of each kind of layer, as operations a second and as a share of the CPU's peak.",
        discussion: """
            EXAMPLES
              bench-network layers
              bench-network layers --training --size 512x256 --batch 2
              bench-network layers --training --batch 8 --device cuda --amp bf16

            The CPU's peak is measured: a product whose weights stay in the first level cache, on as many threads, at its
            best. On a card whole blocks and downsampling layers are timed, without a share; check-cuda --measure times its
            kernels one by one.
            """)

    @OptionGroup var options: TimingOptions

    @Flag(help: "The layers of training, forward and backward.")
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
        print("layer\tshape\tms\tGFLOP/s" + (peak == nil ? "" : "\tshare of peak"))
        func report(_ name: String, _ shape: Shape, _ operations: Double, _ work: () throws -> Void) throws {
            for _ in 0..<options.warmUp { try work() }
            let times = try (0..<options.runs).map { _ in try stopwatch.seconds(work) }.sorted()
            let seconds = times[times.count / 2]
            let rate = operations / seconds / 1e9
            let share = peak.map { "\t\(Int(100 * rate / $0)) %" } ?? ""
            print("\(name)\t\(shape)\t\(Self.tenths(1000 * seconds))\t\(Self.tenths(rate))\(share)")
        }
        for (stage, width) in options.arch.widths.enumerated() {
            let side = 4 << stage
            let map = Shape(
                images: options.batch, rows: options.size.rows / side, columns: options.size.columns / side,
                channels: width)
            if training {
                try timeTraining(map, hasNext: stage + 1 < options.arch.widths.count, on: device, report)
            } else {
                try timePrediction(map, on: device, report)
            }
        }
    }

    private typealias Report = (_ name: String, Shape, _ operations: Double, _ work: () throws -> Void) throws -> Void

    private func timeTraining(_ map: Shape, hasNext: Bool, on device: any TrainingDevice, _ report: Report) throws {
        let (positions, channels) = (Double(map.positions), Double(map.channels))
        let work = try TrainingWork(device, map)
        // Forward two products and a convolution, backward twice as many.
        let forward = (16 * channels + 98) * positions * channels
        try report("block forward", map, forward) { try work.forward() }
        try report("block backward", map, 2 * forward) { try work.backward() }
        guard hasNext else { return }
        let down = try DownsamplingWork(device, map)
        let product = 4 * positions * channels * channels
        try report("downsampling forward", map, product) { try down.forward() }
        try report("downsampling backward", map, 2 * product) { try down.backward() }
    }

    private func timePrediction(_ map: Shape, on device: any TrainingDevice, _ report: Report) throws {
        let (positions, channels) = (Double(map.positions), Double(map.channels))
        let parts = try BlockParts(device, map)
        let product = 8 * positions * channels * channels
        // A card's block is made of other kernels than these.
        if device is CPUDevice {
            try report("depthwise 7x7", map, 98 * positions * channels) {
                _ = try device.depthwise(parts.input, parts.block.depthwise)
            }
            try report("norm", map, 7 * positions * channels) {
                _ = try device.layerNorm(parts.input, parts.block.norm)
            }
            try report("C to 4C, GELU", map, product) {
                _ = try device.linear(parts.input, parts.block.expand, finish: .gelu)
            }
            try report("4C to C, scale, residual", map, product) {
                _ = try device.linear(parts.hidden, parts.block.contract, finish: .residual(parts.input))
            }
        }
        try report("whole block", map, 2 * product + 98 * positions * channels) {
            try device.block(parts.input, parts.block, into: parts.output)
        }
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    private static func peak(_ device: CPUDevice, _ stopwatch: Stopwatch, runs: Int) throws -> Double {
        let (rows, depth, columns) = (448 * 32 * device.threads, 256, 64)
        let matrix = try device.matrix(
            LinearWeights(
                inputs: depth, outputs: columns, values: [Float](repeating: 0.1, count: depth * columns),
                bias: [Float](repeating: 0, count: columns)))
        let input = try device.tensor([Float](repeating: 0.5, count: rows * depth), Shape(rows: rows, channels: depth))
        let best = try (0..<20 * runs).map { _ in
            try stopwatch.seconds { _ = try device.linear(input, matrix, finish: .none) }
        }.min()
        return 2 * Double(rows * depth * columns) / (best ?? .infinity) / 1e9
    }
}

import ArgumentParser
import CProcess
import MammoCompute
import MammoNet

@main
enum Program {
    static func main() {
        // As mammo does: what one run gives back the next one takes, without the kernel clearing it anew.
        cprocess_keep_memory()
        BenchNetwork.main()
    }
}

/// Times ConvNeXt-tiny, whole and by kind of layer, with weights that are not trained: the time does not depend on them.
struct BenchNetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-network", subcommands: [Features.self, Follow.self, Forward.self, Layers.self, Train.self])
}

/// What both subcommands need.
struct BenchOptions: ParsableArguments {
    @Option(help: "Rows and columns of the images.")
    var size = "2048x1024"

    @Option(help: "Images at a time.")
    var batch = 1

    @Option(help: "Threads.")
    var threads = 2

    @Option(help: "How often each is timed.")
    var runs = 3

    @Option(help: "Kernels: avx-512, avx2 or portable.")
    var instructionSet: String?

    var shape: Shape {
        get throws {
            let sides = size.split(separator: "x").compactMap { Int($0) }
            guard sides.count == 2 else { throw ValidationError("--size is \(size), expected ROWSxCOLUMNS") }
            return Shape(images: batch, rows: sides[0], columns: sides[1], channels: 3)
        }
    }

    var device: CPUDevice {
        get throws {
            CPUDevice(
                threads: threads,
                kernels: try instructionSet.map { name throws(ComputeError) in try CPUKernels.named(name) }
                    ?? CPUKernels.available[0])
        }
    }
}

/// Seconds of each run, one a line, then the peak of memory in MB.
struct Forward: ParsableCommand {
    @OptionGroup var options: BenchOptions

    func run() throws {
        let device = try options.device
        let network = try Tiny.network(on: device)
        let shape = try options.shape
        let input = try device.tensor([Float](repeating: 0.5, count: shape.count), shape)
        _ = try network.logits(input)
        for _ in 0..<options.runs { print(try Timing.seconds { _ = try network.logits(input) }) }
        print("peak", Timing.peakMegabytes)
    }
}

/// ConvNeXt-tiny with weights that are not trained.
enum Tiny {
    static var architecture: ConvNeXtArchitecture {
        guard let tiny = ConvNeXtArchitecture.named("tiny") else { preconditionFailure("there is no tiny") }
        return tiny
    }

    static func network(on device: CPUDevice) throws -> ConvNeXt {
        try ConvNeXt(device: device, architecture: architecture, parameter: values)
    }

    /// A parameter's values: small, and none like the one before.
    static func values(of name: String) -> [Float] {
        let count = architecture.parameters.first { $0.name == name }?.count ?? 0
        return (0..<count).map { Float(($0 &* 2_654_435_761) >> 8 & 0xFFFF) / 655_360 - 0.05 }
    }
}

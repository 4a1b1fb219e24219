import ArgumentParser
import MammoCompute
import MammoTrain

extension DeviceChoice: ExpressibleByArgument {}
extension MixedPrecision: ExpressibleByArgument {}

extension KernelsChoice: ExpressibleByArgument {
    /// See `KernelsChoice.init(_:)`.
    public init?(argument: String) { self.init(argument) }
}

/// What computes, and how.
struct MachineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What computes: cpu, cuda or cuda:N for another card.", valueName: "device"))
    var device = DeviceChoice.cpu

    @Option(
        help: ArgumentHelp(
            "The plugin for NVIDIA cards; by default MAMMO_CUDA_PLUGIN, else libmammo_cuda.so beside the program.",
            valueName: "file"))
    var cudaPlugin: String?

    @Option(
        help: ArgumentHelp(
            "A folder with libcublasLt.so; by default the loader's path, CUDA_HOME, Python's nvidia packages.",
            valueName: "folder"))
    var cudaLibraries: String?

    @Option(help: "Mixed precision, on a card: how values within layers are stored; bf16 needs sm_80 or newer.")
    var amp = MixedPrecision.off

    @Flag(help: "Products of fp32 in TF32, on a card of sm_80 or newer.")
    var tf32 = false

    @Flag(help: "Time products' algorithms on a card, and compute by the fastest.")
    var tuneProducts = false

    private var products: ProductOptions { ProductOptions(tf32: tf32, isTuned: tuneProducts) }

    @Option(help: ArgumentHelp("Threads that compute on the CPU.", valueName: "n"))
    var threads = 2

    @Option(help: ArgumentHelp("The CPU's kernels.", valueName: "kernels"))
    var kernels = KernelsChoice.auto

    func validate() throws {
        if let expected = amp.expected(on: device) {
            throw ValidationError("--amp is \(amp.rawValue), expected \(expected).")
        }
        if let expected = products.expectedTF32(on: device, amp) {
            throw ValidationError("--tf32 is \(tf32), expected \(expected).")
        }
        if let expected = products.expectedTuning(on: device) {
            throw ValidationError("--tune-products is \(tuneProducts), expected \(expected).")
        }
        switch device {
        case .cpu: break
        case .cuda(let cards) where cards.count == 1: break
        default: throw ValidationError("--device is \(device), expected cpu, cuda or cuda:N.")
        }
    }

    /// Opens the device.
    func open() throws -> any Device {
        let files = CUDAFiles(plugin: cudaPlugin, libraries: cudaLibraries)
        return try device.open(files, precision: amp.precision, products: products, cpu: cpu).devices[0]
    }

    private func cpu() throws(ComputeError) -> CPUDevice {
        CPUDevice(threads: threads, kernels: try kernels.open())
    }
}

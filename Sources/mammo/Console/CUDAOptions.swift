import ArgumentParser
import MammoCompute

/// Where what NVIDIA cards need is found: options of every command that can use one.
struct CUDAOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The plugin for NVIDIA cards; by default MAMMO_CUDA_PLUGIN, else libmammo_cuda.so beside the program.",
            valueName: "file"))
    var cudaPlugin: String?

    @Option(
        help: ArgumentHelp(
            "A folder with libcublasLt.so and libnccl.so; by default the loader's path, CUDA_HOME, Python's nvidia packages.",
            valueName: "folder"))
    var cudaLibraries: String?

    var files: CUDAFiles { CUDAFiles(plugin: cudaPlugin, libraries: cudaLibraries) }
}

extension DeviceChoice: ExpressibleByArgument {
    /// See `DeviceChoice`.
    public init?(argument: String) { self.init(argument) }
}

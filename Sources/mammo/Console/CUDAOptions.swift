import ArgumentParser
import MammoCompute

/// Where what NVIDIA cards need is found: options of every command that can use one.
struct CUDAOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The plugin for NVIDIA cards.",
            discussion: "By default MAMMO_CUDA_PLUGIN, else libmammo_cuda.so beside the program.", valueName: "file"),
        completion: .library)
    var cudaPlugin: String?

    @Option(
        help: ArgumentHelp(
            "The folder of libcublasLt.so and libnccl.so.",
            discussion: "By default the loader's path, then CUDA_HOME, then Python's nvidia packages.",
            valueName: "folder"),
        completion: .directory)
    var cudaLibraries: String?

    var files: CUDAFiles { CUDAFiles(plugin: cudaPlugin, libraries: cudaLibraries) }
}

extension DeviceChoice: ExpressibleByArgument {
    /// What shells offer; cards with other numbers are typed.
    public static var defaultCompletionKind: CompletionKind { .list(["auto", "cpu", "cuda", "cuda:0", "cuda:1"]) }
}

import ArgumentParser
import MammoCompute

extension DeviceChoice: ExpressibleByArgument {
    /// See `DeviceChoice`.
    public init?(argument: String) { self.init(argument) }
}

/// What commands that compute say of their options.
enum DeviceHelp {
    static let plugin = ArgumentHelp(
        "The plugin for NVIDIA cards; by default MAMMO_CUDA_PLUGIN, else libmammo_cuda.so beside the program.",
        valueName: "file")
}

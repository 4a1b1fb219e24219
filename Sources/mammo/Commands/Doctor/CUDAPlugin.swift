import Glibc

/// What is here of what computing on an NVIDIA card needs.
struct CUDAPlugin {
    /// The plugin's path, where there is one.
    let path: String?
    /// Why the plugin cannot be opened; nil where it can.
    let problem: String?
    /// Why the driver cannot be loaded; nil where it can.
    let driverProblem: String?

    /// Looks where MAMMO_CUDA_PLUGIN says or else beside the executable, and opens what is there.
    static func look() -> CUDAPlugin {
        let named = getenv("MAMMO_CUDA_PLUGIN").map { String(cString: $0) }
        let beside = executableFolder.map { "\($0)/libmammo_cuda.so" }
        let path = named ?? beside.flatMap { access($0, F_OK) == 0 ? $0 : nil }
        return CUDAPlugin(
            path: path, problem: path.flatMap { failure(toOpen: $0) }, driverProblem: failure(toOpen: "libcuda.so.1"))
    }

    /// The loader's reason; nil where the library opens.
    private static func failure(toOpen library: String) -> String? {
        if let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) {
            dlclose(handle)
            return nil
        }
        return dlerror().map { String(cString: $0) } ?? "cannot be opened"
    }

    private static var executableFolder: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        let whole = String(cString: path)
        return whole.lastIndex(of: "/").map { String(whole[..<$0]) }
    }
}

import Glibc

/// Where plugins are looked for, which are opened at run time.
enum PluginPlaces {
    /// The folder that the executable lies in, symbolic links followed; nil where /proc does not say.
    static var executableFolder: String? {
        guard let executable = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(executable) }
        let path = String(cString: executable)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}

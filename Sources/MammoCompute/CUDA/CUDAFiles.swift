/// Where the plugin and the libraries that it opens are, as far as a user says so.
public struct CUDAFiles: Equatable, Sendable {
    /// The plugin's file; nil: `CUDAPlugin.defaultPath`.
    public var plugin: String?
    /// A folder that is searched for cuBLASLt and NCCL before all others; nil: none.
    public var libraries: String?

    /// Files by their paths.
    ///
    /// - Parameters:
    ///   - plugin: The plugin's file; nil for the default.
    ///   - libraries: The folder that is searched first; nil for none.
    public init(plugin: String? = nil, libraries: String? = nil) {
        (self.plugin, self.libraries) = (plugin, libraries)
    }
}

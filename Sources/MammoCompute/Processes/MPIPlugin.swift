import CMPI
import Glibc
import MammoBase

/// The plugin over the site's MPI, opened when processes are to reach each other and not before.
enum MPIPlugin {
    /// The file beside the executable.
    static let fileName = "libmammo_mpi.so"

    /// `MAMMO_MPI_PLUGIN`, or the file beside the executable.
    static var path: String {
        Environment.value(of: "MAMMO_MPI_PLUGIN")
            ?? PluginPlaces.executableFolder.map { "\($0)/\(fileName)" } ?? fileName
    }

    /// Opens a plugin, which stays open: MPI is not to be unloaded.
    static func open(_ path: String) throws(ComputeError) -> mammo_mpi_functions {
        let advice = "build it with Scripts/build-mpi, or name it in MAMMO_MPI_PLUGIN"
        guard access(path, F_OK) == 0 else {
            throw .processes("this is one of several processes, and there is no \(path) to join them; \(advice)")
        }
        // MPI's own plugins look for its symbols among the global ones.
        guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            throw .processes("\(String(cString: dlerror())); \(advice), on this machine")
        }
        guard let symbol = dlsym(handle, "mammo_mpi_plugin") else {
            throw .processes("\(path): no plugin of mammo for MPI; \(advice)")
        }
        let plugin = unsafeBitCast(symbol, to: mammo_mpi_plugin_function.self)
        guard let functions = plugin()?.pointee, functions.version == MAMMO_MPI_VERSION else {
            throw .processes("\(path): made for another version of mammo; \(advice)")
        }
        return functions
    }
}

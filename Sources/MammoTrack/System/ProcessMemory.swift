import Glibc
import MammoData

/// The memory of this process.
package enum ProcessMemory {
    /// Its resident set, in bytes; nil where the system does not say (proc(5), statm).
    package static var residentBytes: Int? {
        let fields = (Files.text(of: "/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
        return fields.count > 1 ? fields[1] * Int(sysconf(Int32(_SC_PAGESIZE))) : nil
    }
}

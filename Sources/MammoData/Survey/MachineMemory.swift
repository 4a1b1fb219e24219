import Glibc

/// How much memory this machine has for the process.
public struct MachineMemory: Sendable {
    /// Bytes of the machine, or of the container where its limit is lower (cgroup version 2).
    public let total: Int
    /// Bytes that could be had now without swapping; nil where the system does not say.
    public let available: Int?

    /// Asks the system.
    public init() {
        let machine = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        let limit = Files.text(of: "/sys/fs/cgroup/memory.max").flatMap { Int($0.trimmed) } ?? .max
        let used = Files.text(of: "/sys/fs/cgroup/memory.current").flatMap { Int($0.trimmed) } ?? 0
        total = min(machine, limit)
        let kilobytes = (Files.text(of: "/proc/meminfo") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("MemAvailable:") }?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        available = kilobytes.map { limit == .max ? $0 * 1024 : min($0 * 1024, max(0, limit - used)) }
    }
}

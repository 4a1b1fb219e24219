/// What keeps a device from computing.
public enum ComputeError: Error, Equatable, CustomStringConvertible {
    /// The device has not that much memory left.
    case outOfMemory(bytes: Int, device: String)
    /// Kernels were asked for by a name that this processor does not know.
    case unknownInstructionSet(String, available: [String])
    /// Processes that were to compute together cannot.
    case processes(String)

    /// One line: what was found, what was expected, what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let bytes, let device):
            let megabytes = (bytes + 999_999) / 1_000_000
            return "\(device): no \(megabytes) MB of memory left; take smaller batches or smaller images"
        case .unknownInstructionSet(let name, let available):
            return "no kernels named \(name) run here, expected one of \(available.joined(separator: ", "))"
        case .processes(let reason): return reason
        }
    }
}

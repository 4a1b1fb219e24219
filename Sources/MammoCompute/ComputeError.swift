/// What keeps a device from computing.
public enum ComputeError: Error, Equatable, CustomStringConvertible {
    /// The device has not that much memory left.
    case outOfMemory(bytes: Int, device: String)
    /// Kernels were asked for by a name that this processor does not know.
    case unknownInstructionSet(String, available: [String])
    /// Processes that were to compute together cannot.
    case processes(String)
    /// A device that was asked for is not to be had here: what is missing, and how to get it.
    case unavailable(String)
    /// A device reports a failure; it is of no more use.
    case failed(String)

    /// One line: what was found, what was expected, what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let bytes, let device):
            let megabytes = (bytes + 999_999) / 1_000_000
            return "\(device): no \(megabytes) MB of memory left; take smaller batches or smaller images"
        case .unknownInstructionSet(let name, let available):
            return "no kernels named \(name) run here, expected one of \(available.joined(separator: ", "))"
        case .processes(let reason), .unavailable(let reason), .failed(let reason): return reason
        }
    }
}

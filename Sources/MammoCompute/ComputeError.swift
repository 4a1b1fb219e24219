/// What keeps a device from computing.
public enum ComputeError: Error, Equatable, CustomStringConvertible {
    /// A device's memory does not suffice: how much was asked for, and how much is free where that is known.
    case outOfMemory(device: String, reason: String)
    /// Kernels were asked for by a name that this processor does not know.
    case unknownInstructionSet(String, available: [String])
    /// Processes that were to compute together cannot.
    case processes(String)
    /// A device that was asked for is not available here: what is missing, and how to get it.
    case unavailable(String)
    /// A device reports a failure; it is of no more use.
    case failed(String)

    /// One line: what was found, what was expected, what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let device, let reason):
            let advice = "use a smaller --batch-size or smaller images, --amp on a card, --recompute in training"
            return "\(device): out of memory: \(reason); \(advice)"
        case .unknownInstructionSet(let name, let available):
            return "no kernels named \(name) run here, expected one of \(available.joined(separator: ", "))"
        case .processes(let reason), .unavailable(let reason), .failed(let reason): return reason
        }
    }
}

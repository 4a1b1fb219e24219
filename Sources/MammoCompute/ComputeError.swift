/// What keeps a device from computing.
public enum ComputeError: Error, Equatable, CustomStringConvertible {
    /// A device's memory does not suffice: how much was asked for, and how much is free where that is known.
    case outOfMemory(device: String, reason: String)
    /// Processes that were to compute together cannot.
    case processes(String)
    /// A device, or kernels of the CPU, that were asked for are not available here: what is missing, and how to get it.
    case unavailable(String)
    /// A device reports a failure; it is of no more use.
    case failed(String)

    /// One line: what was found, what was expected, what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let device, let reason):
            let advice = "use a smaller --batch-size or smaller images, --amp on a card, --recompute in training"
            return "\(device): out of memory: \(reason); \(advice)"
        case .processes(let reason), .unavailable(let reason), .failed(let reason): return reason
        }
    }
}

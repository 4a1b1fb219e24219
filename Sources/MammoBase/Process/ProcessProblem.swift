/// Why a program was not started.
package enum ProcessProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no such program, or none on PATH.
    case missing(String)
    /// The system does not start it, for the reason given.
    case failed(String, String)

    package var description: String {
        switch self {
        case .missing(let program): "\(program): no such program"
        case .failed(let program, let reason): "\(program): cannot be started: \(reason)"
        }
    }
}

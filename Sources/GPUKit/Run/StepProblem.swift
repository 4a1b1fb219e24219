import MammoBase

/// Why a step has no result, or only a part of one.
package enum StepProblem: Error, Equatable {
    /// A program that it needs is not on PATH.
    case missing(String)
    /// What it needs is not here; no fault.
    case skipped(String)
    /// It went wrong.
    case failed(String)
    /// It was ended after so many seconds.
    case timedOut(Double)
    /// The whole run is asked to end.
    case interrupted

    /// As the report has it.
    package var status: StepResult.Status {
        switch self {
        case .missing, .skipped: .skipped
        case .failed: .failed
        case .timedOut: .timedOut
        case .interrupted: .interrupted
        }
    }

    /// In a line.
    package var note: String {
        switch self {
        case .missing(let program): "no \(program) on PATH"
        case .skipped(let reason), .failed(let reason): reason
        case .timedOut(let seconds): "timed out after \(seconds.decimals(1)) s"
        case .interrupted: "interrupted"
        }
    }
}

extension StepProblem {
    /// A program that a step needs was not started.
    package init(_ problem: ProcessProblem) {
        switch problem {
        case .missing(let program): self = .missing(program)
        case .failed: self = .failed(problem.description)
        }
    }
}

extension ChildProcess {
    /// Starts a program of a step.
    package static func start(_ command: Command, output: String, error: String) throws(StepProblem) -> ChildProcess {
        do throws(ProcessProblem) {
            return try ChildProcess(command, output: output, error: error)
        } catch {
            throw StepProblem(error)
        }
    }
}

import ArgumentParser
import MammoCompute

/// What the process's exit status means, the same for every subcommand.
enum ExitStatus {
    static let allDone = ExitCode(0)
    static let nothingDone = ExitCode(1)
    static let someFailed = ExitCode(3)
    /// What was asked to compute is not available here: EX_UNAVAILABLE of sysexits.h.
    static let unavailable = ExitCode(69)
    static let interrupted = ExitCode(130)

    /// The status of a command that an error has ended.
    static func after(_ error: any Error) -> ExitCode {
        if case ComputeError.unavailable = error { return unavailable }
        return nothingDone
    }

    /// The status of a batch in which `done` inputs succeeded and `failed` did not.
    static func ofBatch(done: Int, failed: Int, interrupted: Bool = false) -> ExitCode {
        if interrupted { return Self.interrupted }
        if failed == 0 { return allDone }
        return done > 0 ? someFailed : nothingDone
    }
}

import FoundationEssentials
import Glibc

/// A program that runs in a process group of its own, so that it can be ended with all that it has started.
package final class ChildProcess {
    /// How a program has ended.
    package enum End: Equatable, Sendable {
        /// By itself, with an exit status.
        case exited(Int32)
        /// By a signal.
        case signalled(Int32)
    }

    package let id: pid_t
    private var end: End?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: What is to run.
    ///   - output: The file that its standard output goes to.
    ///   - error: The file that its standard error goes to.
    ///   - appends: Whether both files keep what they have.
    /// - Throws: `ProcessProblem`.
    package init(_ command: Command, output: String, error: String, appends: Bool = false) throws(ProcessProblem) {
        // The process that started this one may have left SIGCHLD ignored; waitpid then reports no exit status.
        signal(SIGCHLD, SIG_DFL)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let mode = O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC)
        for (number, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, error)] {
            posix_spawn_file_actions_addopen(&actions, number, path, mode, 0o666)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        let environment = ProcessInfo.processInfo.environment.merging(command.environment) { $1 }
        let code = Self.withStrings([command.program] + command.arguments) { arguments in
            Self.withStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                var id: pid_t = 0
                let code = posix_spawnp(&id, command.program, &actions, &attributes, arguments, environment)
                return (code, id)
            }
        }
        guard code.0 != ENOENT else { throw .missing(command.program) }
        guard code.0 == 0 else {
            throw .failed(command.program, String(cString: strerror(code.0)))
        }
        id = code.1
    }

    deinit { if end == nil { endGroup(SIGKILL) } }

    /// How it has ended; nil while it runs.
    package func poll() -> End? {
        if let end { return end }
        var status: Int32 = 0
        let found = waitpid(id, &status, WNOHANG)
        if found == -1 && errno == ECHILD {
            // Somebody else has collected it: how it ended is not known.
            end = .exited(-1)
            return end
        }
        guard found == id else { return nil }
        // As WIFEXITED and its like, which are macros.
        let signal = status & 0x7F
        end = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
        return end
    }

    /// Sends a signal to it and to all that it has started.
    package func endGroup(_ signal: Int32) { kill(-id, signal) }

    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}

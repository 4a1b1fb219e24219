import ArgumentParser
import MammoCompute

/// Commands that several processes may run together.
enum Processes {
    /// Refuses to run in several processes.
    ///
    /// - Parameters:
    ///   - command: A command that starts none of its own kind.
    ///   - advice: How to start it.
    /// - Throws: The exit status, after the message.
    static func expectOne(_ command: String, _ advice: String) throws {
        let count = ProcessLaunch.current.count
        guard count != 1 else { return }
        Console.error("mammo \(command): found \(count) processes, expected one; \(advice)")
        throw ExitCode.validationFailure
    }

    /// Runs the work of a subcommand in each of the processes that were started for it, or in the only one. Where one fails
    /// it says why and ends all: the others would wait for it.
    static func run(_ command: String, _ work: (ProcessLaunch, any ProcessGroup) throws -> Void) throws {
        try Console.run(command) {
            let launch = ProcessLaunch.current
            if let warning = launch.warning { Console.error("mammo \(command): warning: \(warning)") }
            let group = try launch.group()
            do {
                try work(launch, group)
                group.end()
            } catch let exit as ExitCode {
                group.end()
                throw exit
            } catch  where group.count > 1 {
                Console.error("mammo \(command): process \(group.rank) of \(group.count): \(error)")
                group.abort(status: ExitStatus.after(error).rawValue)
            }
        }
    }
}

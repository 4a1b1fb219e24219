import ArgumentParser
import Glibc

/// Lines to standard output and standard error, each in one write so that threads do not mix them.
enum Console {
    /// Where results go: to standard output, or, of a command that is a stage of another, wherever that one says; nil for
    /// nowhere.
    @TaskLocal static var results: Int32? = STDOUT_FILENO

    /// A line of the result. A result that cannot be delivered is no success: the process ends with status 1.
    static func out(_ line: String) {
        guard let results, let code = write(line + "\n", to: results) else { return }
        error("mammo: standard output: \(String(cString: strerror(code)))")
        exit(ExitStatus.nothingDone.rawValue)
    }

    /// A message.
    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Runs the work of a subcommand; an error that ends all of it becomes one line and exit status 1, or 69
    /// where a device is not available.
    static func run(_ command: String, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            Console.error("mammo \(command): \(error)")
            throw ExitStatus.after(error)
        }
    }

    /// Writes all of `text`; returns the system's error code where that fails.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            bytes = bytes.dropFirst(count)
        }
        return nil
    }
}

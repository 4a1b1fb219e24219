import ArgumentParser

import Glibc

/// From the arguments to the end of the process.
enum Launch {
    /// Prints help where it is asked for; else parses the arguments and runs the command.
    static func run(_ arguments: [String]) -> Never {
        let words = ArgumentWords(arguments)
        if let help = HelpRequest(words) {
            Console.out(help.text(columns: Terminal.columns))
            exit(ExitStatus.allDone.rawValue)
        }
        do {
            try UnknownWords.check(words)
            var command = try Mammo.parseAsRoot(words.forParser)
            try command.run()
        } catch {
            end(error, words)
        }
        exit(ExitStatus.allDone.rawValue)
    }

    /// Says what is wrong in one line, and where wrong arguments are explained.
    private static func end(_ error: any Error, _ words: ArgumentWords) -> Never {
        let status = Mammo.exitCode(for: error)
        // An exit code has been explained already; the version and completion scripts are no errors.
        if error is ExitCode || status == .success { Mammo.exit(withError: error) }
        let program = words.program
        let message = ParserMessage(Mammo.message(for: error), words.command)
        Console.error("\(program): \(message.text)")
        if status == .validationFailure { Console.error("see: \(program) --help") }
        exit(status.rawValue)
    }
}

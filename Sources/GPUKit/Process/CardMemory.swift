import MammoBase
import MammoData

/// The most of the card's memory that is used while something runs, as the driver has it: a program's context, some hundred MB,
/// is in it.
final class CardMemory {
    /// Between two questions: more of them would slow down what is measured.
    private static let interval = 0.3

    private let command: Command
    private let output: String
    private let before: Int
    private var most: Int
    private var question: ChildProcess?
    private var watch = Stopwatch()

    /// Looks at what is used now; nil on the emulated plugin, or where nvidia-smi does not say.
    init?(_ bench: Workbench) {
        (command, output) = (bench.commands.memory, "\(bench.scratch)/memory")
        guard bench.kit.usesTools, let first = try? ChildProcess(command, output: output, error: "/dev/null") else {
            return nil
        }
        let watch = Stopwatch()
        while first.poll() == nil {
            guard watch.seconds < 5 else { return nil }
            bench.pause(seconds: 0.01)
        }
        guard let used = Self.answer(output) else { return nil }
        (before, most) = (used, used)
    }

    /// Asks again now and then; to be called often.
    func sample() {
        if let question {
            guard question.poll() != nil else { return }
            self.question = nil
            if let used = Self.answer(output) { most = max(most, used) }
        }
        guard watch.seconds > Self.interval else { return }
        watch = Stopwatch()
        question = try? ChildProcess(command, output: output, error: "/dev/null")
    }

    /// MB beyond what was used at first; nil where nothing was seen.
    var peak: Int? { most > before ? most - before : nil }

    private static func answer(_ path: String) -> Int? {
        (try? Files.read(path)).flatMap { MemoryQuery.megabytes(String(decoding: $0, as: UTF8.self)) }
    }
}

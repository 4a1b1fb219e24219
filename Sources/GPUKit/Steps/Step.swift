import MammoData

/// A part of the run, with a time of its own.
package struct Step: Sendable {
    /// What a step comes to, in a line.
    package enum End: Equatable, Sendable {
        case passed(String)
        /// A value was wrong.
        case failed(String)
    }

    /// Seconds.
    package struct Nominal: Sendable {
        package var card: Double
        package var rehearsal: Double

        init(_ card: Double, rehearsal: Double) { (self.card, self.rehearsal) = (card, rehearsal) }
    }

    /// The part of the report, from 1.
    package var part: Int
    package var name: String
    /// What it should need, on a card and in a rehearsal; only proportions count.
    package var seconds: Nominal
    package var work: @Sendable (Workbench, inout Report) throws(StepProblem) -> End

    /// All steps, in the order in which they are worth their time.
    package static let all: [Step] = checking + comparing + timing + profiling
}

extension Workbench {
    /// Ends a step that makes sense on a card alone.
    func needCard(_ what: String) throws(StepProblem) {
        if !kit.usesTools { throw .skipped("\(what) has nothing to look at on the emulated plugin") }
    }

    /// Ends a step that takes images and weights where there are none.
    func needImages() throws(StepProblem) {
        for size in sizes.images {
            for path in [commands.weights(size), "\(commands.images(size))/manifest.jsonl"]
            where Files.status(of: path) == nil {
                throw .skipped("images or weights of \(size) could not be made")
            }
        }
    }

    /// A file's text.
    func text(_ path: String) throws(StepProblem) -> String {
        do throws(DataError) { return String(decoding: try Files.read(path), as: UTF8.self) } catch {
            throw .failed(error.description)
        }
    }
}

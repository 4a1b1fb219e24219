import FoundationEssentials
import MammoData

/// What later stages take from the JSON of `mammo score`.
package struct ScoreFile: Sendable {
    /// The best F1 of breasts over all thresholds.
    package let bestF1: Double
    /// The threshold that has it.
    package let threshold: Double

    private struct Figures: Decodable {
        struct Main: Decodable {
            var best_f1: Double?
            /// What earlier versions called it.
            var best_f: Double?
            var best_threshold: Double
        }
        var main: Main
    }

    /// Reads a file; nil where there is none, or none that can be read.
    ///
    /// - Parameter path: The file.
    package init?(path: String) {
        guard let bytes = try? Files.read(path),
            let main = try? JSONDecoder().decode(Figures.self, from: Data(bytes)).main,
            let best = main.best_f1 ?? main.best_f
        else { return nil }
        (bestF1, threshold) = (best, main.best_threshold)
    }
}

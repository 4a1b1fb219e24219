import FoundationEssentials
import MammoData

/// What later stages take from the JSON of `mammo score`.
package struct ScoreFile: Sendable {
    /// The best pF1 of breasts over all thresholds.
    package let pf1: Double
    /// The threshold that has it.
    package let threshold: Double

    private struct Figures: Decodable {
        struct Main: Decodable {
            var best_f: Double
            var best_threshold: Double
        }
        var main: Main
    }

    /// Reads a file; nil where there is none, or none that can be read.
    ///
    /// - Parameter path: The file.
    package init?(path: String) {
        guard let bytes = try? Files.read(path),
            let figures = try? JSONDecoder().decode(Figures.self, from: Data(bytes))
        else { return nil }
        (pf1, threshold) = (figures.main.best_f, figures.main.best_threshold)
    }
}

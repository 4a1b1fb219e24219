import ArgumentParser
import MammoImage

/// Rows and columns as `2048x1024`.
struct ImageSize: ExpressibleByArgument, CustomStringConvertible {
    let rows: Int
    let columns: Int

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    init?(argument: String) {
        guard let size = PixelSize(argument) else { return nil }
        self.init(rows: size.rows, columns: size.columns)
    }

    /// Sizes that shells offer.
    static var defaultCompletionKind: CompletionKind { .list(["2048x1024", "1536x768", "1024x512", "512x256"]) }

    var description: String { "\(rows)x\(columns)" }
    var defaultValueDescription: String { description }
}

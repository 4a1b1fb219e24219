import ArgumentParser

/// Rows and columns as `2048x1024`.
struct ImageSize: ExpressibleByArgument, CustomStringConvertible {
    let rows: Int
    let columns: Int

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    init?(argument: String) {
        let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let rows = parts[0], let columns = parts[1],
            (1...16_384).contains(rows), (1...16_384).contains(columns)
        else { return nil }
        self.init(rows: rows, columns: columns)
    }

    /// Sizes that shells offer.
    static var defaultCompletionKind: CompletionKind { .list(["2048x1024", "1536x768", "1024x512", "512x256"]) }

    var description: String { "\(rows)x\(columns)" }
    var defaultValueDescription: String { description }
}

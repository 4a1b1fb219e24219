/// How often images of each data set are drawn: `dataset=vindr:0.5,cmmd:2` draws one of CMMD's four times as often as one of
/// VinDr's, and one of any other set twice as often.
public struct DatasetWeights: Equatable, Sendable, CodableAsText {
    private static let prefix = "dataset="

    /// By data set, in the order in which they are written; what is not named has 1.
    public private(set) var factors: [(dataset: String, factor: Double)] = []

    /// All images alike.
    public init() {}

    /// Reads weights; nil for what is none, and where a data set is named twice.
    ///
    /// - Parameter text: `dataset=NAME:FACTOR`, more of them with commas between; empty or "none" for no weights.
    public init?(_ text: String) {
        guard !text.isEmpty && text != "none" else { return }
        guard text.hasPrefix(Self.prefix) else { return nil }
        for part in text.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = part.lastIndex(of: ":"), case let name = String(part[..<colon]).trimmed, !name.isEmpty,
                let factor = Double(part[part.index(after: colon)...]), (0.001...100_000).contains(factor),
                !factors.contains(where: { $0.dataset == name })
            else { return nil }
            factors.append((name, factor))
        }
    }

    /// As it is read.
    public var description: String {
        if factors.isEmpty { return "none" }
        return Self.prefix + factors.map { "\($0.dataset):\($0.factor)" }.joined(separator: ",")
    }

    /// Whether both weigh the same.
    public static func == (one: DatasetWeights, other: DatasetWeights) -> Bool { one.description == other.description }

    /// The weight of each row; nil where all are alike.
    ///
    /// - Parameter rows: Rows of a table.
    /// - Returns: One for each.
    /// - Throws: `DataError.training` where a data set that is named has no row.
    package func weights(of rows: [ImageTable.Row]) throws(DataError) -> [Double]? {
        guard !factors.isEmpty else { return nil }
        let known = Set(rows.compactMap(\.dataset))
        if let unknown = factors.first(where: { !known.contains($0.dataset) }) {
            let names =
                known.isEmpty ? "there is no column dataset" : "they are \(known.sorted().joined(separator: ", "))"
            throw .training("no image to train on is of data set '\(unknown.dataset)', which is weighted; \(names)")
        }
        let factor = Dictionary(uniqueKeysWithValues: factors.map { ($0.dataset, $0.factor) })
        return rows.map { $0.dataset.flatMap { factor[$0] } ?? 1 }
    }
}

import MammoData

/// Which epochs' weights stay in a run's folder as files: `best,last=3,every=5`. The best epoch's always do.
public struct KeptEpochs: Equatable, Sendable, CodableAsText {
    /// How many of the last epochs.
    public private(set) var last = 0
    /// Each epoch whose number it divides; nil for none.
    public private(set) var every: Int?

    /// The best epoch's alone.
    public init() {}

    /// Reads a list; nil for what is none, and where a word is there twice.
    ///
    /// - Parameter text: `best`, `last`, `last=N` and `every=N` with commas between, N from 1.
    public init?(_ text: String) {
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let fields = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            let number = fields.count == 2 ? Int(fields[1]) : nil
            guard seen.insert(fields[0]).inserted, fields.count == 1 || (number ?? 0) >= 1, fields.count <= 2 else {
                return nil
            }
            switch (fields[0], number) {
            case ("best", nil): break
            case ("last", _): last = number ?? 1
            case ("every", .some(let number)): every = number
            default: return nil
            }
        }
    }

    /// As it is read.
    public var description: String {
        let lasts = last == 0 ? [] : [last == 1 ? "last" : "last=\(last)"]
        return (["best"] + lasts + (every.map { ["every=\($0)"] } ?? [])).joined(separator: ",")
    }

    /// Whether an epoch's weights stay.
    ///
    /// - Parameters:
    ///   - epoch: From 1.
    ///   - done: The last epoch that is done.
    /// - Returns: Whether there is to be a file of them.
    package func keeps(_ epoch: Int, of done: Int) -> Bool {
        epoch > done - last || every.map { epoch % $0 == 0 } ?? false
    }
}

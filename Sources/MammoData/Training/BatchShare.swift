/// One process's share of each batch: neighbours in it, so that all shares in order are the batch.
public struct BatchShare: Equatable, Sendable {
    /// Which of the processes, from 0.
    public let rank: Int
    /// How many processes there are.
    public let processes: Int

    /// All of each batch.
    public static let whole = BatchShare(rank: 0, processes: 1)

    /// The share of one of some processes.
    ///
    /// - Parameters:
    ///   - rank: Which of them, from 0.
    ///   - processes: How many there are.
    public init(rank: Int, processes: Int) {
        precondition((0..<processes).contains(rank), "process \(rank) of \(processes)")
        (self.rank, self.processes) = (rank, processes)
    }

    /// Which of a batch's images: as many as the other processes have, or one more or less; none where there are fewer
    /// images than processes and others have them.
    ///
    /// - Parameter count: How many images the batch has.
    /// - Returns: Places in the batch.
    public func range(of count: Int) -> Range<Int> { count * rank / processes..<count * (rank + 1) / processes }

    /// The image before the first of the share, which that is mixed with; nil where the share has it, or has none.
    func neighbour(of count: Int) -> Int? {
        let range = range(of: count)
        guard !range.isEmpty, range.count < count else { return nil }
        return (range.lowerBound + count - 1) % count
    }
}

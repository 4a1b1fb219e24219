/// The order in which a batch's files are begun: as they are listed, which a disk reads fastest, but the last ones by their size,
/// the largest first, so that no worker begins a large file when the others have nothing left to do.
struct BatchOrder {
    /// Files a worker that are put in order: enough for the others to fill the time that the largest takes.
    private static let sortedPerWorker = 16

    /// Places in the list, each once.
    let places: [Int]

    /// The order of a batch.
    ///
    /// - Parameters:
    ///   - count: How many files there are.
    ///   - workers: Files under way at a time.
    ///   - bytes: A file's size by its place; nil where the file system does not say. Asked of the last files alone.
    init(count: Int, workers: Int, bytes: (Int) -> Int?) {
        let sorted = workers > 1 ? min(count, Self.sortedPerWorker * workers) : 0
        let last = (count - sorted..<count).map { (place: $0, bytes: bytes($0) ?? 0) }
        places =
            Array(0..<count - sorted)
            + last.sorted { ($1.bytes, $0.place) < ($0.bytes, $1.place) }.map(\.place)
    }
}

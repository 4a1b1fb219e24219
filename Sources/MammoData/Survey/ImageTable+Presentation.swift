extension ImageTable {
    /// The images that are FOR PROCESSING, by their headers. What cannot be read is none of them.
    ///
    /// - Parameters:
    ///   - folder: The folder that the images are below.
    ///   - workers: How many headers are read at a time.
    /// - Returns: The `relativePath` of each, and how many there are in which folder.
    public func forProcessing(below folder: String, workers: Int) -> (images: Set<String>, count: ProcessingCount) {
        let work = WorkList(table: self, folder: folder)
        let (kept, count) = work.presentationOnly(workers: workers)
        let left = Set(work.items.map(\.outputName)).subtracting(kept.items.map(\.outputName))
        return (Set(rows.filter { left.contains($0.outputName) }.map(\.relativePath)), count)
    }
}

import Glibc
import MammoImage
import Synchronization

/// How long preprocessing takes here, measured on a few images of a folder.
public struct PreprocessingSample: Sendable {
    /// Images that were made.
    public let images: Int
    /// Seconds that they took, reading and writing included, several at a time.
    public let seconds: Double
    /// Files of the sample whose pixels gave no image.
    public let oddFiles: [DICOMSurvey.OddFile]

    /// How long so many images would take: an estimate, since the sample is small and the system may have had its files in
    /// memory. Nil where none could be made.
    public func estimate(of count: Int) -> Double? {
        images > 0 ? seconds / Double(images) * Double(count) : nil
    }

    /// Preprocesses images that lie evenly in a list, into a folder that is removed again.
    ///
    /// - Parameters:
    ///   - paths: DICOM files.
    ///   - count: How many of them, at most.
    ///   - batch: Parameters, workers, and below which folder the images are written.
    ///   - shouldStop: Asked before each.
    /// - Throws: `DataError.unwritable`.
    public init(
        of paths: [String], count: Int, by batch: PreprocessBatch, shouldStop: @escaping @Sendable () -> Bool
    ) throws(DataError) {
        let taken = min(count, paths.count)
        let work = WorkList(files: (0..<taken).map { paths[$0 * paths.count / taken] })
        var scratch = batch
        scratch.outputFolder += "/.mammo-doctor\(PartialFile.suffixOfThisProcess)"
        defer {
            for name in Files.names(in: scratch.outputFolder) { _ = Files.remove("\(scratch.outputFolder)/\(name)") }
            rmdir(scratch.outputFolder)
        }
        let results = Mutex((made: 0, odd: [DICOMSurvey.OddFile](), unwritable: Optional<String>.none))
        var watch = Stopwatch()
        try scratch.run(work.items, shouldStop: shouldStop) { item, outcome in
            results.withLock {
                switch outcome {
                case .written: $0.made += 1
                case .failed(_, let reason): $0.odd.append(DICOMSurvey.OddFile(path: item.input, reason: reason))
                case .unwritable(let reason): $0.unwritable = reason
                }
            }
        }
        seconds = watch.lap()
        let result = results.withLock { $0 }
        if let reason = result.unwritable { throw .table(path: batch.outputFolder, reason: reason) }
        images = result.made
        oddFiles = result.odd.sorted { $0.path < $1.path }
    }
}

import MammoDICOM
import MammoImage
import Synchronization

/// Preprocesses a list of DICOM files into a folder of PNGs, several at a time.
public struct PreprocessBatch: Sendable {
    /// What decides the pixels.
    public var parameters: PreprocessParameters
    /// The frame to take, from 1.
    public var frame: Int
    /// Images under way at a time.
    public var jobs: Int
    /// Where the PNGs go.
    public var outputFolder: String

    /// A batch that writes to `outputFolder`.
    public init(parameters: PreprocessParameters, frame: Int, jobs: Int, outputFolder: String) {
        self.parameters = parameters
        self.frame = frame
        self.jobs = jobs
        self.outputFolder = outputFolder
    }

    /// What became of one input.
    public enum Outcome: Sendable, Equatable {
        /// The PNG is there.
        case written(warnings: [String])
        /// The input gave no image; the others go on.
        case failed(reason: String)
        /// The PNG could not be written; nothing more is started, since the next would meet the same.
        case unwritable(reason: String)
    }

    /// Works through `items`. `finished` is told of each as it ends, from several threads; no new one is started once
    /// `shouldStop` says so.
    ///
    /// - Throws: `DataError.unwritable` where the folder cannot be made.
    public func run(
        _ items: [WorkList.Item], shouldStop: @escaping @Sendable () -> Bool,
        finished: @escaping @Sendable (WorkList.Item, Outcome) -> Void
    ) throws(DataError) {
        try Files.makeFolder(outputFolder)
        let preprocessor = Preprocessor(parameters)
        WorkerPool(workers: jobs).run(count: items.count) { number in
            if shouldStop() { return false }
            let outcome = make(items[number], preprocessor)
            finished(items[number], outcome)
            if case .unwritable = outcome { return false }
            return true
        }
    }

    private func make(_ item: WorkList.Item, _ preprocessor: Preprocessor) -> Outcome {
        do {
            let file = try DICOMFile(path: item.input)
            let image = try file.storedImage(frame: frame)
            let result = try preprocessor.process(image, file.attributes)
            let png = try PNGEncoder.encode(result.image)
            try Files.write(png, to: "\(outputFolder)/\(item.outputName)")
            return .written(warnings: result.warnings)
        } catch let error as DataError {
            return .unwritable(reason: error.description)
        } catch {
            return .failed(reason: "\(error)")
        }
    }
}

import MammoDICOM
import MammoImage

/// Preprocesses DICOM files into a folder of PNGs, several at a time, and keeps the folder's manifest.
public struct PreprocessBatch: Sendable {
    /// What decides the pixels.
    public var parameters: PreprocessParameters
    /// Images under way at a time.
    public var jobs: Int
    /// Cores there are: where they are more than images, one image may use several.
    public var cores: Int
    /// Where the PNGs and the manifest go.
    public var outputFolder: String
    /// What the manifest calls the program that made an image.
    public var version: String

    /// A batch that writes to `outputFolder`.
    public init(parameters: PreprocessParameters, jobs: Int, cores: Int, outputFolder: String, version: String) {
        self.parameters = parameters
        self.jobs = jobs
        self.cores = cores
        self.outputFolder = outputFolder
        self.version = version
    }

    /// The result of one input.
    public enum Outcome: Sendable {
        /// The PNG is there, and its line in the manifest.
        case written(ManifestEntry, StageTimes)
        /// The input gave no image; the others continue.
        case failed(ManifestEntry, reason: String)
        /// PNG or manifest could not be written; nothing more is started, since the next would fail in the same way.
        case unwritable(reason: String)
    }

    /// Works through `items`. `finished` is told of each as it ends, from several threads; no new one is started once
    /// `shouldStop` says so.
    ///
    /// - Throws: `DataError.unwritable` where the folder or its manifest cannot be made.
    public func run(
        _ items: [WorkList.Item], shouldStop: @escaping @Sendable () -> Bool,
        finished: @escaping @Sendable (WorkList.Item, Outcome) -> Void
    ) throws(DataError) {
        try Files.makeFolder(outputFolder)
        PartialFile.sweep(outputFolder)
        let manifest = try Manifest(folder: outputFolder)
        let preprocessor = Preprocessor(parameters)
        let threads = max(1, min(jobs, cores) / max(1, items.count))
        let signal = TestSignal.requested(at: .image)
        let order = BatchOrder(count: items.count, workers: jobs) { Files.status(of: items[$0].input)?.bytes }
        WorkerPool(workers: jobs).run(count: items.count) { number in
            if shouldStop() { return false }
            let item = items[order.places[number]]
            let outcome = make(item, preprocessor, manifest, threads: threads)
            finished(item, outcome)
            signal?.countOne()
            if case .unwritable = outcome { return false }
            return true
        }
    }

    private func make(
        _ item: WorkList.Item, _ preprocessor: Preprocessor, _ manifest: Manifest, threads: Int
    ) -> Outcome {
        var whole = Stopwatch()
        // Looked at before it is read: an input that changes meanwhile is made anew by the next run.
        let status = Files.status(of: item.input)
        var entry = ManifestEntry(
            output: item.outputName, input: item.input, inputBytes: status?.bytes ?? 0,
            inputModified: status?.modified ?? 0, parameters: parameters, seconds: 0, version: version)
        do {
            var times = StageTimes()
            let png = try image(of: item, preprocessor, threads, &entry, &times)
            var watch = Stopwatch()
            try Files.write(png, to: "\(outputFolder)/\(item.outputName)")
            entry.pngBytes = png.count
            entry.pngSHA256 = SHA256Digest.hex(of: png)
            entry.seconds = whole.lap()
            try manifest.append(entry)
            times.write = watch.lap()
            return .written(entry, times)
        } catch let error as DataError where !error.concernsOneFile {
            return .unwritable(reason: error.description)
        } catch {
            entry.error = "\(error)"
            entry.seconds = whole.lap()
            do { try manifest.append(entry) } catch { return .unwritable(reason: error.description) }
            return .failed(entry, reason: "\(error)")
        }
    }

    /// The PNG of one input; its description is written to `entry`.
    private func image(
        of item: WorkList.Item, _ preprocessor: Preprocessor, _ threads: Int, _ entry: inout ManifestEntry,
        _ times: inout StageTimes
    ) throws -> [UInt8] {
        let made = try PreprocessedFile(path: item.input, preprocessor, threads: threads)
        let (file, result) = (made.attributes, made.result)
        times = made.times
        var watch = Stopwatch()
        let png = try result.image.png(level: parameters.pngLevel)
        times.encode = watch.lap()
        entry.warnings = result.warnings
        entry.forProcessing = file.isForProcessing
        entry.transferSyntax = file.transferSyntax.name
        entry.rows = file.rows
        entry.columns = file.columns
        entry.reduction = made.reduction
        entry.cropBox = result.region.box.enlarged(by: made.reduction, rows: file.rows, columns: file.columns)
        entry.toDICOM = CoordinateMap(result, reduction: made.reduction)
        entry.regionStep = result.region.step
        entry.regionConfidence = result.region.confidence
        entry.threshold = result.region.otsuThreshold
        return png
    }
}

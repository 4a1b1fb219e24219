import MammoDICOM
import Synchronization

/// What is in a folder of DICOM files, by their headers. Nothing here identifies a patient.
public struct DICOMSurvey: Sendable {
    /// A value and how many files have it.
    public struct Count: Equatable, Sendable, Encodable {
        /// How many.
        public let files: Int
        /// What they have.
        public let value: String
    }

    /// A file that gives no image.
    public struct OddFile: Equatable, Sendable, Encodable {
        /// Its path.
        public let path: String
        /// What is wrong with it.
        public let reason: String
    }

    /// How many files there are, in all folders below.
    public let files: Int
    /// Their bytes.
    public let bytes: Int
    /// Images that are FOR PROCESSING.
    public let forProcessing: Int
    /// Files with an image in gray, sorted.
    public let images: [String]
    /// By transfer syntax; the most frequent first, as in all that follow.
    public let transferSyntaxes: [Count]
    /// By bits stored and allocated.
    public let bits: [Count]
    /// By photometric interpretation.
    public let photometricInterpretations: [Count]
    /// By the function of the window; `no window` where there is none.
    public let windowFunctions: [Count]
    /// By rows and columns.
    public let sizes: [Count]
    /// What was odd about headers that can be read.
    public let warnings: [Count]
    /// Files that give no image, sorted.
    public let oddFiles: [OddFile]

    /// Every file below a folder, sorted.
    ///
    /// - Parameter folder: Its path.
    /// - Returns: Paths.
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public static func paths(below folder: String) throws(DataError) -> [String] {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        return Files.below(folder)
    }

    /// Reads the headers of files.
    ///
    /// - Parameters:
    ///   - paths: The files.
    ///   - workers: How many are read at a time.
    ///   - presentationOnly: Images that are FOR PROCESSING are counted as such and nowhere else.
    ///   - shouldStop: Asked before each; what was not read is not counted.
    ///   - advanced: Told of each file's bytes, from several threads.
    public init(
        _ paths: [String], workers: Int, presentationOnly: Bool = false, shouldStop: @escaping @Sendable () -> Bool,
        advanced: @escaping @Sendable (Int) -> Void
    ) {
        let tally = Mutex(Tally())
        WorkerPool(workers: workers).run(count: paths.count) { number in
            if shouldStop() { return false }
            let look = Look(paths[number])
            tally.withLock { $0.add(look, presentationOnly: presentationOnly) }
            advanced(look.bytes)
            return true
        }
        let counted = tally.withLock { $0 }
        files = counted.files
        bytes = counted.bytes
        forProcessing = counted.forProcessing
        images = counted.images.sorted()
        transferSyntaxes = counted.counts(.transferSyntax)
        bits = counted.counts(.bits)
        photometricInterpretations = counted.counts(.photometricInterpretation)
        windowFunctions = counted.counts(.windowFunction)
        sizes = counted.counts(.size)
        warnings = counted.counts(.warning)
        oddFiles = counted.oddFiles.sorted { $0.path < $1.path }
    }
}

/// What is counted.
private enum Property: Hashable {
    case transferSyntax, bits, photometricInterpretation, windowFunction, size, warning
}

/// One file's header.
private struct Look: Sendable {
    let path: String
    let bytes: Int
    var values: [(Property, String)] = []
    var isForProcessing = false
    var reason: String?

    init(_ path: String) {
        self.path = path
        bytes = Files.status(of: path)?.bytes ?? 0
        do throws(DICOMError) {
            let attributes = try DICOMFile(path: path).attributes
            isForProcessing = attributes.isForProcessing
            values = [
                (.transferSyntax, attributes.transferSyntax.name),
                (.bits, "\(attributes.bitsStored) of \(attributes.bitsAllocated)"),
                (.photometricInterpretation, attributes.photometricInterpretation.description),
                (.windowFunction, attributes.windows.isEmpty ? "no window" : attributes.voiFunction),
                (.size, "\(attributes.rows)×\(attributes.columns)"),
            ]
            values += attributes.warnings.map { (.warning, $0) }
            if case .other(let found) = attributes.photometricInterpretation {
                throw .colour(photometricInterpretation: found, samplesPerPixel: attributes.samplesPerPixel)
            }
        } catch {
            reason = error.description
        }
    }
}

private struct Tally: Sendable {
    var files = 0
    var bytes = 0
    var forProcessing = 0
    var images: [String] = []
    var oddFiles: [DICOMSurvey.OddFile] = []
    private var numbers: [Property: [String: Int]] = [:]

    mutating func add(_ look: Look, presentationOnly: Bool) {
        files += 1
        bytes += look.bytes
        if look.isForProcessing && look.reason == nil {
            forProcessing += 1
            if presentationOnly { return }
        }
        for (property, value) in look.values { numbers[property, default: [:]][value, default: 0] += 1 }
        if let reason = look.reason {
            oddFiles.append(DICOMSurvey.OddFile(path: look.path, reason: reason))
        } else {
            images.append(look.path)
        }
    }

    func counts(_ property: Property) -> [DICOMSurvey.Count] {
        (numbers[property] ?? [:]).map { DICOMSurvey.Count(files: $0.value, value: $0.key) }
            .sorted { ($1.files, $0.value) < ($0.files, $1.value) }
    }
}

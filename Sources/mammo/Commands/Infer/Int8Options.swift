import ArgumentParser
import MammoCompute
import MammoData
import MammoNet

/// What products are computed in.
enum InferencePrecision: String, CaseIterable, ExpressibleByArgument {
    case fp32
    case int8
}

/// Prediction in 8 bits.
struct Int8Options: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A ConvNeXt's products on the CPU: fp32 or int8.",
            discussion: "int8 is faster and less exact; it needs a processor with AVX-512 VNNI."))
    var precision = InferencePrecision.fp32

    @Option(
        help: ArgumentHelp(
            "The file of activations' ranges for int8.",
            discussion: """
                Made where there is none, from some of the table's images; by default SUBMISSION.int8.json beside --out.
                """,
            valueName: "file"),
        completion: .file(extensions: ["json"]))
    var int8Ranges: String?

    @Option(
        help: ArgumentHelp(
            "Images that ranges are found on. (default: 32)",
            discussion: "Spread evenly over the table; where there is no file of ranges yet.", valueName: "n"))
    var int8Images: Int?

    func validate() throws { try Validation.check("--int8-images", int8Images, in: 1...100_000) }

    /// Refuses what does not go together.
    func check(device: DeviceChoice, kernels: KernelsChoice) throws {
        guard precision == .int8 else {
            for (name, isGiven) in [("--int8-ranges", int8Ranges != nil), ("--int8-images", int8Images != nil)]
            where isGiven { throw ValidationError("\(name) goes with --precision int8; give both or neither") }
            return
        }
        guard device == .cpu else {
            throw ValidationError("--precision is int8 and --device \(device), expected cpu: int8 is for the CPU")
        }
        guard kernels == .auto || kernels == .avx512 else {
            throw ValidationError(
                "--precision is int8 and --kernels \(kernels.rawValue), expected avx-512: int8 needs AVX-512 VNNI")
        }
    }

    /// What prediction in 8 bits needs; nil where it was not asked for.
    ///
    /// - Parameter submission: The file that the ranges lie beside where none is named.
    /// - Returns: With the ranges where the file is there.
    /// - Throws: `ComputeError.unavailable` where this processor cannot; `DataError` where the file cannot be read.
    func run(beside submission: String) throws -> Int8Run? {
        guard precision == .int8 else { return nil }
        _ = try Int8Kernels.required()
        return try Int8Run(path: int8Ranges ?? Int8RangeFile.path(beside: submission), images: int8Images ?? 32)
    }
}

/// The ranges of activations of one run in 8 bits.
struct Int8Run {
    /// The ranges; nil until they are made.
    private(set) var file: Int8RangeFile?
    private let path: String
    private let images: Int
    private var recorders: [RangeRecorder] = []

    init(path: String, images: Int) throws(DataError) {
        (self.path, self.images) = (path, images)
        if Files.isFile(path) { file = try Int8RangeFile(path: path) } else { try Files.checkWritable(path) }
    }

    /// 8 bits by the ranges; where there are none yet, fp32 with a record of them.
    mutating func arithmetic(of weights: String) throws -> Arithmetic {
        if let file { return try file.arithmetic(of: weights) }
        let recorder = RangeRecorder()
        recorders.append(recorder)
        return .observed(recorder)
    }

    /// Makes the ranges where there are none: of models made by `arithmetic`, on images of the table. True says that the models
    /// are to be loaded again.
    mutating func calibrate(
        _ models: [TrainedModel], _ rows: [ImageTable.Row], _ source: any GraySource
    ) throws -> Bool {
        guard file == nil else { return false }
        Console.error("mammo infer: finding the ranges of activations on \(min(images, rows.count)) images, in fp32")
        try Int8RangeFile.make(
            path: path, rows: rows, count: images, source: source, models: Array(zip(models, recorders))
        ) { Console.error("mammo infer: not calibrated with: \($0)") }
        let made = try Int8RangeFile(path: path)
        Console.error(
            "mammo infer: \(path) has the ranges of \(made.images) images; the same file gives the same logits")
        file = made
        return true
    }
}

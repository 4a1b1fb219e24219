import ArgumentParser
import CProcess
import MammoCompute
import MammoData
import MammoImage
import MammoNet
import MammoTrain

/// Which networks, and how they are run.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Weights of a trained network; repeat to average.",
            discussion: """
                .safetensors, or what torch.save, timm or Lightning write: .pth, .pth.tar, .pt, .ckpt, .bin; or \
                ensemble.json of mammo cross-validate.
                """,
            valueName: "file"),
        completion: .weights)
    var weights: [String]

    @OptionGroup var checkpoint: CheckpointOptions

    @Option(help: ArgumentHelp("Flips to average over.", discussion: "hflip+vflip averages four images."))
    var tta = TestTimeAugmentation.none

    @Option(
        help: ArgumentHelp(
            "Images per batch.", discussion: "By default as many as have two million pixels.", valueName: "n"))
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            "Where to compute: cpu, cuda, cuda:1 or auto.",
            discussion: "cuda:N is another card than the first; cards of cuda:0,1 share the images.",
            valueName: "device"))
    var device = DeviceChoice.cpu

    @OptionGroup var cuda: CUDAOptions

    @Option(
        help: ArgumentHelp(
            "Mixed precision on a card.",
            discussion: "How values within layers are stored; none is fp32, and bf16 needs sm_80 or newer."))
    var amp = MixedPrecision.off

    @Flag(
        help: ArgumentHelp(
            "Products of fp32 in TF32 on a card.",
            discussion: "Operands are rounded to 10 bits of mantissa, sums are of fp32; it needs sm_80 or newer."))
    var tf32 = false

    private var products: ProductOptions { ProductOptions(tf32: tf32) }

    @OptionGroup var int8: Int8Options

    @Option(
        help: ArgumentHelp("Threads that compute. (default: all cores)", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "CPU kernels.",
            discussion: "auto takes the fastest that this machine runs; openblas needs the library OpenBLAS.",
            valueName: "kernels"))
    var kernels = KernelsChoice.auto

    func validate() throws {
        guard !weights.isEmpty else { throw ValidationError("--weights is not given; give --weights FILE") }
        try Validation.check("--batch-size", batchSize, in: Validation.atATime)
        try Validation.check("--threads", threads, in: Validation.atATime)
        if let expected = amp.expected(on: device) {
            throw ValidationError("--amp is \(amp.rawValue), expected \(expected)")
        }
        if let expected = products.expectedTF32(on: device, amp) {
            throw ValidationError("--tf32 is \(tf32), expected \(expected)")
        }
        try int8.check(device: device, kernels: kernels)
    }

    /// The device or the devices that were asked for.
    func open() throws(ComputeError) -> [any Device] {
        try OpenedDevices.open(device, cuda, precision: amp.precision, products: products, for: "infer") {
            () throws(ComputeError) in
            CPUDevice(threads: threads ?? Int(cprocess_available_cores()), kernels: try kernels.open())
        }.devices
    }

    /// The networks on devices.
    ///
    /// - Parameters:
    ///   - named: What `weights` names.
    ///   - devices: Where they are to compute.
    ///   - arithmetic: Gives what products are computed in, by the identity of the weights.
    /// - Returns: In the order of the weights files.
    /// - Throws: `ComputeError`, `DataError`, `WeightsError`.
    func load(
        _ named: WeightsArgument, on devices: [any Device], arithmetic: (String) throws -> Arithmetic
    ) throws -> [TrainedModel] {
        let models = try named.files.map {
            try TrainedModel(path: $0, devices: devices, ema: checkpoint.ema, arithmetic: arithmetic)
        }
        try named.check(models)
        try TrainedModel.checkAgreement(models)
        return models
    }

    /// As many images as two million pixels hold: one of 2048×1024, sixteen of 512×256.
    func batchSize(for parameters: PreprocessParameters?) -> Int {
        if let batchSize { return batchSize }
        guard let parameters else { return 1 }
        return max(1, min(16, 2_097_152 / (parameters.rows * parameters.columns)))
    }
}

/// Where images come from.
struct ImageSourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder of PNGs from mammo preprocess.", valueName: "folder"), completion: .directory)
    var pngDir: String?

    @Option(
        help: ArgumentHelp("A folder of patient/image.dcm; nothing is written.", valueName: "folder"),
        completion: .directory)
    var dicomDir: String?

    @Option(
        help: ArgumentHelp(
            "Size of images for --dicom-dir.", discussion: "Where the weights record no preprocessing.",
            valueName: "RxC"))
    var size: PixelSize?

    @Flag(
        help: ArgumentHelp(
            "Leave out images that are FOR PROCESSING.",
            discussion: """
                Of --dicom-dir. Their breasts are predicted from the other images, or written as --missing says where \
                there is none.
                """))
    var presentationOnly = false

    @Option(help: ArgumentHelp("Images read at a time. (default: all cores)", valueName: "n"))
    var jobs: Int?

    func validate() throws {
        guard (pngDir == nil) != (dicomDir == nil) else {
            let problem = pngDir == nil ? "no images are named" : "--png-dir contradicts --dicom-dir"
            throw ValidationError("\(problem); give one of --png-dir and --dicom-dir")
        }
        guard !presentationOnly || dicomDir != nil else {
            throw ValidationError(
                "--presentation-only is given with --png-dir, expected --dicom-dir; mammo preprocess --presentation-only "
                    + "leaves images out of a folder of PNGs")
        }
        try Validation.check("--jobs", jobs, in: Validation.atATime)
    }

    /// The images of a table that --presentation-only leaves out, by `relativePath`; each folder is said to have them.
    func leftOut(of table: ImageTable) -> Set<String> {
        guard presentationOnly, let dicomDir else { return [] }
        let (images, count) = table.forProcessing(below: dicomDir, workers: readers)
        for line in count.lines(areExcluded: true) { Console.error("mammo infer: \(line)") }
        return images
    }

    var readers: Int { jobs ?? Int(cprocess_available_cores()) }

    /// What images are made with: as the weights say, or by --size where they say nothing; nil takes PNGs as found.
    func parameters(recordedBy models: [TrainedModel]) throws -> PreprocessParameters? {
        if let recorded = models[0].preprocessing {
            if let size, (size.rows, size.columns) != (recorded.rows, recorded.columns) {
                throw WeightsError.misfit(
                    path: models[0].path,
                    reason:
                        "was trained on \(recorded.rows)x\(recorded.columns), but --size is \(size); leave --size out")
            }
            return recorded
        }
        if let size { return PreprocessParameters(rows: size.rows, columns: size.columns) }
        guard dicomDir == nil else {
            throw WeightsError.misfit(
                path: models[0].path, reason: "records no preprocessing; give --size RxC, as it was trained on")
        }
        return nil
    }

    /// The folder of images.
    var folder: String { pngDir ?? dicomDir ?? "" }

    func source(_ parameters: PreprocessParameters?, force: Bool) throws -> any GraySource {
        if let pngDir { return try PNGFolder(pngDir, expecting: parameters, force: force) }
        guard let dicomDir, let parameters else { preconditionFailure("validate() lets nothing else through") }
        return try DICOMFolder(dicomDir, parameters)
    }
}

extension TestTimeAugmentation: ExpressibleByArgument {}

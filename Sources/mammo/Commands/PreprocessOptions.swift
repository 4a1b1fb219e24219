import ArgumentParser
import MammoData
import MammoImage

/// Which images, and where they go.
struct WorkListOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of patient/image.dcm.", discussion: "Files given by name are below it too where it is given.",
            valueName: "folder"),
        completion: .directory)
    var images: String?

    @Option(
        help: ArgumentHelp("A list such as part-0.txt of mammo split.", valueName: "file"), completion: .list)
    var list: String?

    @Option(help: ArgumentHelp("A table with columns patient_id and image_id.", valueName: "file"), completion: .table)
    var csv: String?

    @Argument(
        help: ArgumentHelp(
            "DICOM files, or folders of them.", discussion: "A file's folder names the patient.",
            valueName: "file.dcm"),
        completion: .dicom)
    var files: [String] = []

    @Flag(help: "Leave out images that are FOR PROCESSING.")
    var presentationOnly = false

    func validate() throws {
        let sources = [list != nil, csv != nil, !files.isEmpty].count { $0 }
        guard sources == 1 else {
            let problem = sources == 0 ? "no images are named" : "images are named twice"
            throw ValidationError("\(problem); give one of --list, --csv or files")
        }
    }

    func workList() throws -> WorkList {
        if let list { return try WorkList(list: list, folder: images ?? "") }
        if let csv { return WorkList(table: try ImageTable(path: csv, need: .images), folder: images ?? "") }
        return WorkList(files: files, folder: images)
    }
}

/// What decides the pixels. Options are nil where they are not given, so that `--verify` can tell.
struct PixelOptions: ParsableArguments {
    private static let defaults = PreprocessParameters()

    @Option(
        help: ArgumentHelp(
            "Rows and columns of the PNGs. (default: \(Self.defaults.rows)x\(Self.defaults.columns))", valueName: "RxC")
    )
    var size: PixelSize?

    @Option(
        help: ArgumentHelp("The frame of a multi-frame file, from 1. (default: \(Self.defaults.frame))", valueName: "k")
    )
    var frame: Int?

    @Option(
        help: ArgumentHelp(
            "How much of a JPEG 2000 image is decoded. (default: \(Self.defaults.decode.rawValue))",
            discussion: """
                reduced decodes the coarsest resolution that still has --size pixels inside the crop: faster, with \
                slightly different values.
                """))
    var decode: DecodeMode?

    @Option(help: "How stored values become gray. (default: \(Self.defaults.intensity.rawValue))")
    var intensity: IntensityMode?

    @Option(
        help: ArgumentHelp(
            "The window of a file with several, from 1. (default: \(Self.defaults.windowIndex))",
            discussion: "The same for VOI LUTs, where a file has no window.",
            valueName: "k"))
    var windowIndex: Int?

    @Option(help: "How the region of the breast is found. (default: \(Self.defaults.region.rawValue))")
    var roi: RegionMethod?

    @Option(
        help: ArgumentHelp(
            "How the crop gets the PNGs' aspect. (default: \(Self.defaults.fit.rawValue))",
            discussion: """
                pad: black above or to the left makes it 1:2, as in the reference pipeline; center: resized at its own \
                aspect, black on both sides; stretch: resized to the PNG's size.
                """))
    var fit: FitMethod?

    @Option(
        help: ArgumentHelp(
            "The side that breasts are turned to. (default: \(Self.defaults.flipTo.rawValue))",
            discussion: "An image is mirrored where its other half has the larger sum of gray values."))
    var flipTo: BreastSide?

    @Option(
        help: ArgumentHelp(
            "How the crop is resized. (default: \(Self.defaults.resize.rawValue))",
            discussion: """
                linear and area are OpenCV's, the others Pillow's; all but linear are antialiased.
                """))
    var resize: ResizeMethod?

    @Option(
        help: ArgumentHelp(
            "Bits per pixel of the PNGs. (default: \(Self.defaults.bitDepth.rawValue))",
            discussion: "16 keeps the detector's resolution of intensities; the crop is the same as with 8.",
            valueName: "bits"))
    var bitDepth: BitDepth?

    @Option(
        help: ArgumentHelp(
            "PNG compression level, 0 to 12. (default: \(Self.defaults.pngLevel))", valueName: "n"))
    var pngLevel: Int?

    func validate() throws {
        try Validation.check("--frame", frame, in: 1...Int(Int32.max))
        try Validation.check("--window-index", windowIndex, in: 1...Int(Int32.max))
        let parameters = parameters
        let isPillow = ![.linear, .area].contains(parameters.resize)
        guard parameters.bitDepth == .eight || !isPillow else {
            throw ValidationError(
                "--resize is \(parameters.resize.rawValue), expected linear or area with --bit-depth 16")
        }
        try Validation.check("--png-level", pngLevel, in: 0...12)
    }

    /// Whether any option is given.
    var areGiven: Bool {
        let options: [Any?] = [
            size, frame, decode, intensity, windowIndex, roi, fit, flipTo, resize, bitDepth, pngLevel,
        ]
        return options.contains { $0 != nil }
    }

    var parameters: PreprocessParameters {
        var parameters = PreprocessParameters()
        if let size { (parameters.rows, parameters.columns) = (size.rows, size.columns) }
        if let frame { parameters.frame = frame }
        if let decode { parameters.decode = decode }
        if let intensity { parameters.intensity = intensity }
        if let windowIndex { parameters.windowIndex = windowIndex }
        if let roi { parameters.region = roi }
        if let fit { parameters.fit = fit }
        if let flipTo { parameters.flipTo = flipTo }
        if let resize { parameters.resize = resize }
        if let bitDepth { parameters.bitDepth = bitDepth }
        if let pngLevel { parameters.pngLevel = pngLevel }
        return parameters
    }
}

extension BitDepth: ExpressibleByArgument {}
extension BreastSide: ExpressibleByArgument {}
extension DecodeMode: ExpressibleByArgument {}
extension FitMethod: ExpressibleByArgument {}
extension IntensityMode: ExpressibleByArgument {}
extension RegionMethod: ExpressibleByArgument {}
extension ResizeMethod: ExpressibleByArgument {}

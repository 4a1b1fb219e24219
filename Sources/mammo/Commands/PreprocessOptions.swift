import ArgumentParser
import MammoData
import MammoImage

/// Which images, and where they go.
struct WorkListOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that holds patient/image.dcm; files by name are below it too where it is given.",
            valueName: "folder"))
    var images: String?

    @Option(help: ArgumentHelp("A list as split writes it: one patient/image.dcm a line.", valueName: "file"))
    var list: String?

    @Option(help: ArgumentHelp("A table with columns patient_id and image_id.", valueName: "file"))
    var csv: String?

    @Argument(
        help: ArgumentHelp("DICOM files; the folder a file lies in is taken as the patient.", valueName: "file.dcm"))
    var files: [String] = []

    func validate() throws {
        let sources = [list != nil, csv != nil, !files.isEmpty].count { $0 }
        guard sources == 1 else { throw ValidationError("Give one of --list, --csv, or files by name.") }
    }

    func workList() throws -> WorkList {
        if let list { return try WorkList(list: list, folder: images ?? "") }
        if let csv { return WorkList(table: try ImageTable(path: csv, need: .images), folder: images ?? "") }
        return WorkList(files: files, folder: images)
    }
}

/// What decides the pixels. Options are nil where they are not given, so that `--verify` can tell.
struct PixelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Rows and columns of the PNGs. (default: 2048x1024)", valueName: "RxC"))
    var size: ImageSize?

    @Option(help: ArgumentHelp("Which frame of a file with several, from 1. (default: 1)", valueName: "k"))
    var frame: Int?

    @Option(
        help: """
            How much of a JPEG 2000 image is decoded; reduced takes the coarsest resolution that still has the size \
            inside the crop: faster, and the values differ. (default: exact)
            """)
    var decode: DecodeMode?

    @Option(help: "How stored values become gray. (default: minmax)")
    var intensity: IntensityMode?

    @Option(
        help: ArgumentHelp(
            "Which of a file's windows (or VOI LUTs, where it has none), from 1. (default: 1)", valueName: "k"))
    var windowIndex: Int?

    @Option(help: "How the breast is found. (default: otsu)")
    var roi: RegionMethod?

    @Option(
        help: """
            How the crop is brought to size. linear and area are OpenCV's, the others Pillow's; linear alone is not \
            antialiased. (default: linear)
            """)
    var resize: ResizeMethod?

    @Option(
        help: """
            Bits a pixel of the PNGs; 16 keeps what the detector told apart, the crop box is that of 8. (default: 8)
            """)
    var bitDepth: BitDepth?

    @Option(
        help: ArgumentHelp(
            "How hard PNGs are compressed, 0 to 12. (default: \(PNGEncoder.defaultLevel))", valueName: "n"))
    var pngLevel: Int?

    func validate() throws {
        try Validation.check("--frame", frame, in: 1...Int(Int32.max))
        try Validation.check("--window-index", windowIndex, in: 1...Int(Int32.max))
        let parameters = parameters
        let isPillow = ![.linear, .area].contains(parameters.resize)
        guard parameters.bitDepth == .eight || !isPillow else {
            throw ValidationError(
                "--resize \(parameters.resize.rawValue) is for --bit-depth 8; with 16 use linear or area.")
        }
        try Validation.check("--png-level", pngLevel, in: 0...12)
    }

    /// Whether any option is given.
    var areGiven: Bool {
        let options: [Any?] = [size, frame, decode, intensity, windowIndex, roi, resize, bitDepth, pngLevel]
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
        if let resize { parameters.resize = resize }
        if let bitDepth { parameters.bitDepth = bitDepth }
        if let pngLevel { parameters.pngLevel = pngLevel }
        return parameters
    }
}

extension BitDepth: ExpressibleByArgument {}
extension DecodeMode: ExpressibleByArgument {}
extension IntensityMode: ExpressibleByArgument {}
extension RegionMethod: ExpressibleByArgument {}
extension ResizeMethod: ExpressibleByArgument {}

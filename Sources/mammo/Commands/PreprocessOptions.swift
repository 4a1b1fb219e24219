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
        help: ArgumentHelp("DICOM files; a file's folder names the patient.", valueName: "file.dcm"),
        completion: .dicom)
    var files: [String] = []

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

/// What decides the pixels.
struct PixelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Rows and columns of the PNGs.", valueName: "RxC"))
    var size = ImageSize(rows: 2048, columns: 1024)

    @Option(help: ArgumentHelp("The frame of a multi-frame file, from 1.", valueName: "k"))
    var frame = 1

    @Option(
        help: ArgumentHelp(
            "How much of a JPEG 2000 image is decoded.",
            discussion: """
                reduced decodes the coarsest resolution that still has --size pixels inside the crop: faster, with \
                slightly different values.
                """))
    var decode = DecodeMode.exact

    @Option(help: "How stored values become gray.")
    var intensity = IntensityMode.minmax

    @Option(
        help: ArgumentHelp(
            "The window of a file with several, from 1.",
            discussion: "The same for VOI LUTs, where a file has no window.",
            valueName: "k"))
    var windowIndex = 1

    @Option(help: "How the region of the breast is found.")
    var roi = RegionMethod.otsu

    @Option(
        help: ArgumentHelp(
            "How the crop is resized.",
            discussion: """
                linear and area are OpenCV's, the others Pillow's; all but linear are antialiased.
                """))
    var resize = ResizeMethod.linear

    @Option(
        help: ArgumentHelp(
            "Bits per pixel of the PNGs.",
            discussion: "16 keeps the detector's resolution of intensities; the crop is the same as with 8.",
            valueName: "bits"))
    var bitDepth = BitDepth.eight

    @Option(help: ArgumentHelp("PNG compression level, 0 to 12.", valueName: "n"))
    var pngLevel = PNGEncoder.defaultLevel

    func validate() throws {
        guard frame >= 1 else { throw ValidationError("--frame is \(frame), expected 1 or more") }
        guard windowIndex >= 1 else { throw ValidationError("--window-index is \(windowIndex), expected 1 or more") }
        let isPillow = ![.linear, .area].contains(resize)
        guard bitDepth == .eight || !isPillow else {
            throw ValidationError("--resize is \(resize.rawValue), expected linear or area with --bit-depth 16")
        }
        try Validation.check("--png-level", pngLevel, in: 0...12)
    }

    var parameters: PreprocessParameters {
        var parameters = PreprocessParameters(rows: size.rows, columns: size.columns)
        parameters.frame = frame
        parameters.decode = decode
        parameters.intensity = intensity
        parameters.windowIndex = windowIndex
        parameters.region = roi
        parameters.resize = resize
        parameters.bitDepth = bitDepth
        parameters.pngLevel = pngLevel
        return parameters
    }
}

extension BitDepth: ExpressibleByArgument {}
extension DecodeMode: ExpressibleByArgument {}
extension IntensityMode: ExpressibleByArgument {}
extension RegionMethod: ExpressibleByArgument {}
extension ResizeMethod: ExpressibleByArgument {}

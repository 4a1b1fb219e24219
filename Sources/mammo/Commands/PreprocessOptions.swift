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

/// What decides the pixels.
struct PixelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Rows and columns of the PNGs.", valueName: "RxC"))
    var size = ImageSize(rows: 2048, columns: 1024)

    @Option(help: ArgumentHelp("Which frame of a file with several, from 1.", valueName: "k"))
    var frame = 1

    @Option(
        help: """
            How much of a JPEG 2000 image is decoded; reduced takes the coarsest resolution that still has the size \
            inside the crop: faster, and the values differ.
            """)
    var decode = DecodeMode.exact

    @Option(help: "How stored values become gray.")
    var intensity = IntensityMode.minmax

    @Option(help: ArgumentHelp("Which of a file's windows (or VOI LUTs, where it has none), from 1.", valueName: "k"))
    var windowIndex = 1

    @Option(help: "How the breast is found.")
    var roi = RegionMethod.otsu

    @Option(
        help: """
            How the crop is brought to size. linear and area are OpenCV's, the others Pillow's; linear alone is not \
            antialiased.
            """)
    var resize = ResizeMethod.linear

    @Option(help: "Bits a pixel of the PNGs; 16 keeps what the detector told apart, the crop box is that of 8.")
    var bitDepth = BitDepth.eight

    @Option(help: ArgumentHelp("How hard PNGs are compressed, 0 to 12.", valueName: "n"))
    var pngLevel = PNGEncoder.defaultLevel

    func validate() throws {
        guard frame >= 1 else { throw ValidationError("--frame is \(frame), expected 1 or more.") }
        guard windowIndex >= 1 else { throw ValidationError("--window-index is \(windowIndex), expected 1 or more.") }
        let isPillow = ![.linear, .area].contains(resize)
        guard bitDepth == .eight || !isPillow else {
            throw ValidationError("--resize \(resize.rawValue) is for --bit-depth 8; with 16 use linear or area.")
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

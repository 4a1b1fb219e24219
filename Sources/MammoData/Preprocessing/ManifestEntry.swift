import MammoImage

/// A line of `manifest.jsonl`: the result of one image.
public struct ManifestEntry: Codable, Equatable, Sendable {
    /// The file in the output folder, `{patient}_{image}.png`.
    public var output: String
    /// The DICOM file as it was named.
    public var input: String
    /// Its size.
    public var inputBytes: Int
    /// When it was last changed, in seconds since 1970.
    public var inputModified: Double
    /// Everything that decided the pixels.
    public var parameters: PreprocessParameters
    /// How long it took, reading and writing included.
    public var seconds: Double
    /// The version of mammo.
    public var version: String
    /// Why there is no image; nil where there is one, and then all of the below is there.
    public var error: String?
    /// What was odd.
    public var warnings: [String]?
    /// The image is FOR PROCESSING.
    public var forProcessing: Bool?
    /// The name of the transfer syntax.
    public var transferSyntax: String?
    /// Rows of the DICOM image.
    public var rows: Int?
    /// Columns of the DICOM image.
    public var columns: Int?
    /// How often rows and columns were halved in decoding; 0 where every pixel was.
    public var reduction: Int?
    /// Where the image was cut from, in pixels of the DICOM image.
    public var cropBox: CropBox?
    /// Which step of the region's method decided.
    public var regionStep: String?
    /// How sure it was, 0 to 1; nil where the method does not say.
    public var regionConfidence: Double?
    /// The way back from the PNG's pixels to the DICOM image's.
    public var toDICOM: CoordinateMap?
    /// Otsu's threshold, 0 to 255.
    public var threshold: Double?
    /// The PNG's size.
    public var pngBytes: Int?
    /// The PNG's SHA-256, in hexadecimal.
    public var pngSHA256: String?

    /// An image that nothing has become of yet.
    package init(
        output: String, input: String, inputBytes: Int, inputModified: Double, parameters: PreprocessParameters,
        seconds: Double, version: String
    ) {
        self.output = output
        self.input = input
        self.inputBytes = inputBytes
        self.inputModified = inputModified
        self.parameters = parameters
        self.seconds = seconds
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case columns, error, input, output, parameters, reduction, rows, seconds, threshold, version, warnings
        case cropBox = "crop_box"
        case forProcessing = "for_processing"
        case inputBytes = "input_bytes"
        case inputModified = "input_modified"
        case pngBytes = "png_bytes"
        case pngSHA256 = "png_sha256"
        case regionConfidence = "roi_confidence"
        case regionStep = "roi_step"
        case toDICOM = "to_dicom"
        case transferSyntax = "transfer_syntax"
    }
}

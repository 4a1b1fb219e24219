import MammoDICOM
import MammoImage

/// A DICOM file's image, preprocessed: the way from a table's row to pixels, for PNGs and in memory alike.
struct PreprocessedFile: Sendable {
    /// What the file's header says of its first frame.
    let attributes: ImageAttributes
    /// How often rows and columns were halved in decoding.
    let reduction: Int
    /// The image, and where it was cut from.
    let result: Preprocessor.Result
    /// How long each stage took, decoding included.
    let times: StageTimes

    /// Reads, decodes and preprocesses a file, decoding on `threads` where the codec can.
    ///
    /// - Throws: `DICOMError` and `ImageError`.
    init(path: String, _ preprocessor: Preprocessor, threads: Int = 1) throws {
        var watch = Stopwatch()
        let file = try DICOMFile(path: path)
        let decoded = try DecodedImage(of: file, for: preprocessor.parameters, threads: threads)
        let decode = watch.lap()
        result = try preprocessor.process(decoded.image, decoded.attributes)
        (attributes, reduction) = (file.attributes, decoded.reduction)
        var times = result.times
        times.decode = decode
        self.times = times
    }
}

import MammoDICOM

/// How much of a JPEG 2000 image is decoded.
public enum DecodeMode: String, Codable, CaseIterable, Sendable {
    /// Every pixel.
    case exact
    /// The coarsest resolution that still has the output's rows and columns inside the crop: the values differ.
    case reduced
}

/// A frame and how often its rows and columns were halved in decoding.
public struct DecodedImage: Sendable {
    /// The frame's pixels.
    public let image: StoredImage
    /// What the file says of it.
    public let attributes: ImageAttributes
    /// 0 for every pixel; k for a k-th of 2 of rows and columns.
    public let reduction: Int

    /// Decodes a frame as `parameters` ask, on `threads` where the codec can. Only JPEG 2000 can be reduced; all else is exact.
    ///
    /// - Throws: `DICOMError` and `ImageError`.
    public init(of file: DICOMFile, for parameters: PreprocessParameters, threads: Int = 1) throws {
        attributes = try file.attributes(ofFrame: parameters.frame)
        if parameters.decode == .reduced, let found = try Self.reduced(file, attributes, parameters) {
            (image, reduction) = found
        } else {
            image = try file.storedImage(frame: parameters.frame, threads: threads)
            reduction = 0
        }
    }

    /// An eighth of rows and columns shows where the crop lies, at a sixtieth of the cost.
    private static let scoutReduction = 3

    private static func reduced(
        _ file: DICOMFile, _ attributes: ImageAttributes, _ parameters: PreprocessParameters
    ) throws -> (StoredImage, reduction: Int)? {
        guard let scout = try file.reducedImage(frame: parameters.frame, reduction: scoutReduction) else { return nil }
        let (padded, resized) = try Preprocessor(parameters).sizes(of: scout, attributes)
        for reduction in stride(from: scoutReduction, through: 1, by: -1) {
            // The padded crop at this resolution; a pixel of the scout either way is as well as its edge is known.
            let scale = Double(1 << (scoutReduction - reduction))
            guard Double(padded.rows - 1) * scale >= Double(resized.rows),
                Double(padded.columns - 1) * scale >= Double(resized.columns)
            else { continue }
            if reduction == scoutReduction { return (scout, reduction) }
            return try file.reducedImage(frame: parameters.frame, reduction: reduction)
                .map { ($0, reduction) }
        }
        return nil
    }
}

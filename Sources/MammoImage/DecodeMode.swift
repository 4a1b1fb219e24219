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
    /// 0 for every pixel; k for a k-th of 2 of rows and columns.
    public let reduction: Int

    /// Decodes a frame as `parameters` ask, on `threads` where the codec can. Only JPEG 2000 can be reduced; all else is exact.
    ///
    /// - Throws: `DICOMError` and `ImageError`.
    public init(of file: DICOMFile, for parameters: PreprocessParameters, threads: Int = 1) throws {
        if parameters.decode == .reduced, let found = try Self.reduced(file, parameters) {
            self = found
        } else {
            image = try file.storedImage(frame: parameters.frame, threads: threads)
            reduction = 0
        }
    }

    private init(image: StoredImage, reduction: Int) {
        self.image = image
        self.reduction = reduction
    }

    /// An eighth of rows and columns shows where the crop lies, at a sixtieth of the cost.
    private static let scoutReduction = 3

    private static func reduced(_ file: DICOMFile, _ parameters: PreprocessParameters) throws -> DecodedImage? {
        guard let scout = try file.reducedImage(frame: parameters.frame, reduction: scoutReduction) else { return nil }
        let padded = try Preprocessor(parameters).paddedSize(of: scout, file.attributes)
        for reduction in stride(from: scoutReduction, through: 1, by: -1) {
            // The padded crop at this resolution; a pixel of the scout either way is as well as its edge is known.
            let scale = Double(1 << (scoutReduction - reduction))
            guard Double(padded.rows - 1) * scale >= Double(parameters.rows),
                Double(padded.columns - 1) * scale >= Double(parameters.columns)
            else { continue }
            if reduction == scoutReduction { return DecodedImage(image: scout, reduction: reduction) }
            return try file.reducedImage(frame: parameters.frame, reduction: reduction)
                .map { DecodedImage(image: $0, reduction: reduction) }
        }
        return nil
    }
}

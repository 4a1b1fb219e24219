import MammoDICOM

/// The reference pipeline on one image: to 8 bits, crop, pad, resize; and mirrored where that is asked for.
public struct Preprocessor: Sendable {
    /// What decides the pixels.
    public let parameters: PreprocessParameters

    /// A pipeline with these parameters.
    public init(_ parameters: PreprocessParameters = PreprocessParameters()) {
        self.parameters = parameters
    }

    /// What came of one image.
    public struct Result: Equatable, Sendable {
        /// The image, `parameters.rows` × `parameters.columns`.
        public let image: PreprocessedImage
        /// Where in the source image it was cut from, and how that was found.
        public let region: RegionOfInterest
        /// Where the crop lies in the image.
        public let placement: Placement
        /// Whether left and right were changed to bring the breast to its side.
        public let isMirrored: Bool
        /// What was odd about the image.
        public let warnings: [String]
        /// How long each stage took.
        public let times: StageTimes
    }

    /// Rows and columns of the padded crop, before and after it is resized.
    func sizes(of image: StoredImage, _ attributes: ImageAttributes) throws(ImageError) -> (
        padded: (rows: Int, columns: Int), resized: (rows: Int, columns: Int)
    ) {
        let gray = try IntensityMap<UInt8>(image, attributes, parameters).apply(to: image)
        let box = try RegionOfInterest(in: gray, by: parameters.region).box
        let placement = Placement(width: box.width, height: box.height, parameters)
        let padded = (box.height + placement.padding.top, box.width + placement.padding.left)
        return (padded, (placement.rows, placement.columns))
    }

    /// Runs the pipeline. `attributes` are those of the file the image came from.
    ///
    /// - Throws: `ImageError`.
    public func process(_ image: StoredImage, _ attributes: ImageAttributes) throws(ImageError) -> Result {
        var watch = Stopwatch()
        var times = StageTimes()
        let map = try IntensityMap<UInt8>(image, attributes, parameters)
        var warnings = attributes.warnings + image.warnings
        let hasTable = attributes.modalityLUT != nil || attributes.modalityLUTProblem != nil
        if hasTable, parameters.intensity == .minmax {
            warnings.append(
                "the Modality LUT Sequence is ignored with --intensity minmax, as in the reference pipeline")
        }
        if map.isUniform {
            warnings.append("every pixel has the same value; written as all zeros")
            let whole = GrayImage.black(rows: image.rows, columns: image.columns)
            let (rows, columns) = (parameters.rows, parameters.columns)
            return Result(
                image: parameters.bitDepth == .eight
                    ? .gray8(.black(rows: rows, columns: columns)) : .gray16(.black(rows: rows, columns: columns)),
                region: RegionOfInterest(wholeOf: whole, step: "one value", confidence: nil),
                placement: Placement(width: image.columns, height: image.rows, parameters), isMirrored: false,
                warnings: warnings, times: times)
        }
        let gray = map.apply(to: image)
        times.intensity = watch.lap()
        let region = try RegionOfInterest(in: gray, by: parameters.region)
        times.region = watch.lap()
        let placement = Placement(width: region.box.width, height: region.box.height, parameters)
        // Of all of the image, where the other side is nearly black; of the crop either half has breast in it.
        let side = parameters.flipTo == .none ? .none : gray.breastSide
        let isMirrored = side != .none && side != parameters.flipTo
        let resized: PreprocessedImage
        switch parameters.bitDepth {
        case .eight:
            let placed = try placement.apply(to: gray, croppedTo: region.box, by: parameters.resize)
            resized = .gray8(isMirrored ? placed.flippedHorizontally() : placed)
        case .sixteen:
            let deep = try IntensityMap<UInt16>(image, attributes, parameters).apply(to: image)
            let placed = try placement.apply(to: deep, croppedTo: region.box, by: parameters.resize)
            resized = .gray16(isMirrored ? placed.flippedHorizontally() : placed)
        }
        times.resize = watch.lap()
        return Result(
            image: resized, region: region, placement: placement, isMirrored: isMirrored, warnings: warnings,
            times: times)
    }
}

import MammoDICOM

/// The reference pipeline on one image: to 8 bits, crop, pad, resize.
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
        /// What was added to reach 1:2.
        public let padding: AspectPadding
        /// What was odd about the image.
        public let warnings: [String]
        /// How long each stage took.
        public let times: StageTimes
    }

    /// Rows and columns of the padded crop, before it is resized.
    func paddedSize(of image: StoredImage, _ attributes: ImageAttributes) throws(ImageError) -> (
        rows: Int, columns: Int
    ) {
        let gray = try IntensityMap<UInt8>(image, attributes, parameters).apply(to: image)
        let box = try RegionOfInterest(in: gray, by: parameters.region).box
        let padding = AspectPadding(width: box.width, height: box.height)
        return (box.height + padding.top, box.width + padding.left)
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
                padding: AspectPadding(width: image.columns, height: image.rows), warnings: warnings, times: times)
        }
        let gray = map.apply(to: image)
        times.intensity = watch.lap()
        let region = try RegionOfInterest(in: gray, by: parameters.region)
        times.region = watch.lap()
        let padding = AspectPadding(width: region.box.width, height: region.box.height)
        let resized: PreprocessedImage
        switch parameters.bitDepth {
        case .eight: resized = .gray8(try resize(gray, region.box, padding))
        case .sixteen:
            let deep = try IntensityMap<UInt16>(image, attributes, parameters).apply(to: image)
            resized = .gray16(try resize(deep, region.box, padding))
        }
        times.resize = watch.lap()
        return Result(
            image: resized, region: region, padding: padding,
            warnings: warnings, times: times)
    }

    private func resize<Sample>(
        _ image: GrayRaster<Sample>, _ box: CropBox, _ padding: AspectPadding
    ) throws(ImageError) -> GrayRaster<Sample> {
        try padding.apply(to: image, croppedTo: box)
            .resized(rows: parameters.rows, columns: parameters.columns, by: parameters.resize)
    }
}

extension ImageAttributes {
    private typealias Tag = HeaderReader.Tag

    /// Reads the attributes of an image, in the order in which a missing one is worth reporting.
    init(reading header: HeaderReader, transferSyntax: TransferSyntax) throws(DICOMError) {
        var warnings: [String] = []
        self.transferSyntax = transferSyntax
        samplesPerPixel = header.word(Tag(0x0028, 0x0002, "SamplesPerPixel")) ?? 1
        if let text = header.text(Tag(0x0028, 0x0004, "PhotometricInterpretation")) {
            photometricInterpretation = PhotometricInterpretation(text)
        } else {
            photometricInterpretation = .monochrome2
            warnings.append("PhotometricInterpretation is missing, taken as MONOCHROME2")
        }
        rows = try header.word(Tag(0x0028, 0x0010, "Rows"), in: 1...65_535)
        columns = try header.word(Tag(0x0028, 0x0011, "Columns"), in: 1...65_535)
        let allocated = try header.word(Tag(0x0028, 0x0100, "BitsAllocated"), in: 1...64)
        bitsAllocated = allocated
        let stored = Tag(0x0028, 0x0101, "BitsStored")
        bitsStored = header.word(stored) ?? allocated
        let high = Tag(0x0028, 0x0102, "HighBit")
        highBit = header.word(high) ?? bitsStored - 1
        isSigned = header.word(Tag(0x0028, 0x0103, "PixelRepresentation")) == 1
        frames = try Self.frameCount(header)
        (rescaleSlope, rescaleIntercept) = try Self.rescale(header)
        windows = Self.windows(header)
        voiFunction = Self.voiFunction(header)
        hasModalityLUT = header.exists(Tag(0x0028, 0x3000, "ModalityLUTSequence"))
        voiLUTs = VOILUT.all(in: header.file, isSigned: isSigned)
        laterality =
            header.text(Tag(0x0020, 0x0062, "ImageLaterality")) ?? header.text(Tag(0x0020, 0x0060, "Laterality")) ?? ""
        view = header.text(Tag(0x0018, 0x5101, "ViewPosition")) ?? ViewCode.position(header) ?? ""
        self.warnings = warnings
    }

    /// These attributes with what the functional groups of a frame, from 1, say in their place: Pixel Value Transformation
    /// and Frame VOI LUT (PS3.3 C.7.6.16.2.9 and .10). Each counts as a whole; nothing is taken from two places.
    func ofFrame(_ frame: Int, _ header: HeaderReader) throws(DICOMError) -> ImageAttributes {
        var attributes = self
        let transformation = Tag(0x0028, 0x9145, "PixelValueTransformationSequence")
        if let group = header.within(transformation, ofFrame: frame) {
            (attributes.rescaleSlope, attributes.rescaleIntercept) = try Self.rescale(group)
        }
        if let group = header.within(Tag(0x0028, 0x9132, "FrameVOILUTSequence"), ofFrame: frame) {
            attributes.windows = Self.windows(group)
            attributes.voiFunction = Self.voiFunction(group)
        }
        return attributes
    }

    private static func rescale(_ header: HeaderReader) throws(DICOMError) -> (slope: Double, intercept: Double) {
        (
            try header.number(Tag(0x0028, 0x1053, "RescaleSlope")) ?? 1,
            try header.number(Tag(0x0028, 0x1052, "RescaleIntercept")) ?? 0
        )
    }

    private static func windows(_ header: HeaderReader) -> [Window] {
        let centers = header.numbers(Tag(0x0028, 0x1050, "WindowCenter"))
        let widths = header.numbers(Tag(0x0028, 0x1051, "WindowWidth"))
        return zip(centers, widths).map { Window(center: $0, width: $1) }
    }

    private static func voiFunction(_ header: HeaderReader) -> String {
        header.text(Tag(0x0028, 0x1056, "VOILUTFunction")) ?? "LINEAR"
    }

    private static func frameCount(_ header: HeaderReader) throws(DICOMError) -> Int {
        let tag = Tag(0x0028, 0x0008, "NumberOfFrames")
        guard let number = try header.number(tag) else { return 1 }
        guard number >= 1, number <= Double(Int32.max), number == number.rounded() else {
            throw .badAttribute(
                name: tag.keyword, found: header.text(tag) ?? "", expected: "a whole number from 1")
        }
        return Int(number)
    }
}

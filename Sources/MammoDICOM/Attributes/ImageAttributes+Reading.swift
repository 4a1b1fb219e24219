extension ImageAttributes {
    private typealias Tag = HeaderReader.Tag

    /// Reads the attributes of an image, in the order in which a missing one is worth reporting. `warnings` are what was odd about
    /// the file so far.
    init(reading header: HeaderReader, transferSyntax: TransferSyntax, warnings: [String]) throws(DICOMError) {
        var warnings = warnings
        self.transferSyntax = transferSyntax
        samplesPerPixel = try header.word(Tag(0x0028, 0x0002, "SamplesPerPixel")) ?? 1
        photometricInterpretation = Self.photometricInterpretation(header, &warnings)
        rows = try header.word(Tag(0x0028, 0x0010, "Rows"), in: 1...65_535)
        columns = try header.word(Tag(0x0028, 0x0011, "Columns"), in: 1...65_535)
        let allocated = try header.word(Tag(0x0028, 0x0100, "BitsAllocated"), in: 1...64)
        bitsAllocated = allocated
        bitsStored = try header.word(Tag(0x0028, 0x0101, "BitsStored")) ?? allocated
        highBit = try header.word(Tag(0x0028, 0x0102, "HighBit")) ?? bitsStored - 1
        isSigned = try header.word(Tag(0x0028, 0x0103, "PixelRepresentation")) == 1
        frames = try Self.frameCount(header)
        (rescaleSlope, rescaleIntercept) = try Self.rescale(header)
        (windows, windowProblem) = Self.windows(header)
        voiFunction = Self.voiFunction(header)
        let modality = LookUpTable.all(in: Self.modalityLUTs, header, isSigned: isSigned)
        modalityLUT = modality.tables.first
        modalityLUTProblem = modality.tables.isEmpty ? modality.problem : nil
        // What a table or a rescale makes of stored values has a sign of its own (PS3.3 C.11.2.1.1).
        let rescaledIsSigned =
            modalityLUT == nil && (isSigned || rescaleIntercept < 0 || rescaleSlope < 0)
        let voi = LookUpTable.all(
            in: Tag(0x0028, 0x3010, "VOILUTSequence"), header, isSigned: rescaledIsSigned)
        (voiLUTs, voiLUTProblem) = (voi.tables, voi.problem)
        isForProcessing = Self.isForProcessing(header)
        laterality =
            header.text(Tag(0x0020, 0x0062, "ImageLaterality")) ?? header.text(Tag(0x0020, 0x0060, "Laterality")) ?? ""
        view = header.text(Tag(0x0018, 0x5101, "ViewPosition")) ?? ViewCode.position(header) ?? ""
        warnings += [windowProblem, modalityLUTProblem, voiLUTProblem].compactMap { $0 }
        if let found = header.text(Self.voiFunctionTag), found != voiFunction {
            warnings.append("VOILUTFunction is '\(found)', taken as \(voiFunction)")
        }
        self.warnings = warnings + header.notes.warnings
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
            (attributes.windows, attributes.windowProblem) = Self.windows(group)
            attributes.voiFunction = Self.voiFunction(group)
            if let problem = attributes.windowProblem { attributes.warnings.append("frame \(frame): \(problem)") }
        }
        return attributes
    }

    private static let modalityLUTs = Tag(0x0028, 0x3000, "ModalityLUTSequence")
    private static let voiFunctionTag = Tag(0x0028, 0x1056, "VOILUTFunction")

    private static func photometricInterpretation(
        _ header: HeaderReader, _ warnings: inout [String]
    ) -> PhotometricInterpretation {
        guard let text = header.text(Tag(0x0028, 0x0004, "PhotometricInterpretation")) else {
            warnings.append("PhotometricInterpretation is missing, taken as MONOCHROME2")
            return .monochrome2
        }
        let found = PhotometricInterpretation(text)
        if found.description != text {
            warnings.append("PhotometricInterpretation is '\(text)', taken as \(found)")
        }
        return found
    }

    private static func isForProcessing(_ header: HeaderReader) -> Bool {
        if let intent = header.text(Tag(0x0008, 0x0068, "PresentationIntentType")) {
            return intent.uppercased() == "FOR PROCESSING"
        }
        // Digital X-ray, mammography, intra-oral and breast projection images for processing (PS3.4 B.5).
        let classes: Set = [
            "1.2.840.10008.5.1.4.1.1.1.1.1", "1.2.840.10008.5.1.4.1.1.1.2.1", "1.2.840.10008.5.1.4.1.1.1.3.1",
            "1.2.840.10008.5.1.4.1.1.13.1.5",
        ]
        return header.text(Tag(0x0008, 0x0016, "SOPClassUID")).map(classes.contains) ?? false
    }

    private static func rescale(_ header: HeaderReader) throws(DICOMError) -> (slope: Double, intercept: Double) {
        (
            try header.number(Tag(0x0028, 0x1053, "RescaleSlope")) ?? 1,
            try header.number(Tag(0x0028, 0x1052, "RescaleIntercept")) ?? 0
        )
    }

    private static func windows(_ header: HeaderReader) -> (windows: [Window], problem: String?) {
        let centers = header.numbers(Tag(0x0028, 0x1050, "WindowCenter"))
        let widths = header.numbers(Tag(0x0028, 0x1051, "WindowWidth"))
        let windows = zip(centers.values, widths.values).map { Window(center: $0, width: $1) }
        for (keyword, unread) in [("WindowCenter", centers.unread), ("WindowWidth", widths.unread)] {
            guard let unread else { continue }
            let advice = unread.contains(",") ? " with a decimal point, not a comma" : ""
            return (windows, "\(keyword) is \(unread), expected numbers\(advice)")
        }
        guard centers.values.count == widths.values.count else {
            let (found, expected) = (widths.values.count, centers.values.count)
            return (windows, "WindowWidth has \(found) values and WindowCenter \(expected), expected as many")
        }
        return (windows, nil)
    }

    /// In capitals: writers have it in small letters, too.
    private static func voiFunction(_ header: HeaderReader) -> String {
        header.text(voiFunctionTag)?.uppercased() ?? "LINEAR"
    }

    private static func frameCount(_ header: HeaderReader) throws(DICOMError) -> Int {
        let tag = Tag(0x0028, 0x0008, "NumberOfFrames")
        guard let number = try header.number(tag), number != 0 else { return 1 }
        guard number >= 1, number <= Double(Int32.max), number == number.rounded() else {
            throw .badAttribute(
                name: tag.keyword, found: header.text(tag) ?? "", expected: "a whole number from 1")
        }
        return Int(number)
    }
}

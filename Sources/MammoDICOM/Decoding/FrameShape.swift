/// What a frame has to be, by the header: its size, and that it is gray.
package struct FrameShape: Sendable {
    let rows: Int
    let columns: Int

    var pixels: Int { rows * columns }

    /// Five times the largest mammogram known (5355×4915): no header's word alone makes us allocate more.
    package static let mostPixels = 1 << 27

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// - Throws: `DICOMError.colour`, `.badAttribute` and `.tooLarge`.
    init(_ attributes: ImageAttributes) throws(DICOMError) {
        rows = attributes.rows
        columns = attributes.columns
        if attributes.samplesPerPixel != 1 { throw .colour(attributes) }
        if case .other = attributes.photometricInterpretation { throw .colour(attributes) }
        guard attributes.bitsAllocated == 8 || attributes.bitsAllocated == 16 else {
            throw .badAttribute(name: "BitsAllocated", found: "\(attributes.bitsAllocated)", expected: "8 or 16")
        }
        if pixels > Self.mostPixels {
            throw .tooLarge(rows: rows, columns: columns, reason: "more than \(Self.mostPixels) pixels")
        }
    }

    /// The size without the `levels` finest resolutions of JPEG 2000 (15444-1 B.5): each halves, rounding up.
    func reduced(by levels: Int) -> FrameShape {
        func half(_ length: Int) -> Int { (length + (1 << levels) - 1) >> levels }
        return FrameShape(rows: half(rows), columns: half(columns))
    }

    /// Compares the header with the codestream's own header.
    ///
    /// - Throws: `DICOMError.sizeContradicted` and `.colour`.
    func check(_ stream: CodestreamHeader) throws(DICOMError) {
        if stream.components != 1 {
            throw .colour(photometricInterpretation: "in the codestream", samplesPerPixel: stream.components)
        }
        if stream.rows != rows || stream.columns != columns {
            throw .sizeContradicted(
                rows: rows, columns: columns, streamRows: stream.rows, streamColumns: stream.columns)
        }
    }

    /// Refuses an image of which a codestream of `bytes` bytes can hold at most `pixelsPerByte` times as many pixels.
    ///
    /// - Throws: `DICOMError.tooLarge`.
    func justify(bytes: Int, pixelsPerByte: Int) throws(DICOMError) {
        if pixels > bytes * pixelsPerByte {
            throw .tooLarge(rows: rows, columns: columns, reason: "the codestream has only \(bytes) bytes")
        }
    }
}

extension DICOMError {
    fileprivate static func colour(_ attributes: ImageAttributes) -> DICOMError {
        .colour(
            photometricInterpretation: attributes.photometricInterpretation.description,
            samplesPerPixel: attributes.samplesPerPixel)
    }
}

/// What a codestream's own header says.
package struct CodestreamHeader: Equatable, Sendable {
    package var rows: Int
    package var columns: Int
    package var components: Int
    /// Bits a sample.
    package var precision: Int
}

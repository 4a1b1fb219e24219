/// Samples as they were stored.
struct DecodedFrame {
    /// What is known of the bits of a sample.
    enum Values {
        /// Words as they are allocated: the header says which bits hold the value.
        case words
        /// A codestream with a precision of its own and no word on the sign, which the header gives.
        case precision(Int)
        /// A codestream that says itself whether its values are signed; they are whole.
        case whole(isSigned: Bool)
    }

    /// One 16-bit pattern a pixel, row by row.
    var samples: [UInt16]
    var values: Values

    /// The stored image. In a codestream its own precision and sign decide, never BitsStored (PS3.5 8.2.1).
    ///
    /// - Throws: `DICOMError.badAttribute` where the header has to decide and cannot.
    consuming func storedImage(_ attributes: ImageAttributes) throws(DICOMError) -> StoredImage {
        var isSigned = attributes.isSigned
        switch values {
        case .words: try ValueBits(attributes).keep(in: &samples)
        case .precision(let bits): if isSigned { ValueBits(signedPrecision: bits).keep(in: &samples) }
        case .whole(let ownSign): isSigned = ownSign
        }
        return StoredImage(rows: attributes.rows, columns: attributes.columns, isSigned: isSigned, samples: samples)
    }
}

/// Decodes the codestream of one frame.
typealias FrameDecoder = (UnsafeRawBufferPointer, FrameShape) throws(DICOMError) -> DecodedFrame

/// Which decoder reads which encapsulated encoding: the one table.
enum FrameDecoders {
    static func decoder(for syntax: TransferSyntax, threads: Int) -> FrameDecoder {
        switch syntax.encoding {
        case .rle: RLEDecoder.decode
        case .jpeg: JPEGDecoder.decode
        case .jpegLS: JPEGLSDecoder.decode
        case .jpeg2000:
            { (stream, shape) throws(DICOMError) in
                try JPEG2000Decoder.decode(stream, shape, threads: threads)
            }
        // Native syntaxes with encapsulated pixel data contradict themselves (PS3.5 A.4).
        case .native:
            { (_, _) throws(DICOMError) in
                throw .malformed("the pixel data are encapsulated, but the transfer syntax is \(syntax.name)")
            }
        }
    }
}

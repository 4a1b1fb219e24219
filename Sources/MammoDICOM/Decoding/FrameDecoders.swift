/// Samples as they were stored.
struct DecodedFrame {
    /// What is known of the bits of a sample.
    enum Values {
        /// Words as they are allocated: the header says which bits hold the value.
        case words
        /// A codestream with a precision of its own. `isExtended` where it says that its values are signed, and their sign fills
        /// the sample.
        case precision(Int, isExtended: Bool)
    }

    /// One 16-bit pattern a pixel, row by row.
    var samples: [UInt16]
    var values: Values

    /// The stored image. PixelRepresentation decides over the sign, as in pydicom and GDCM, and of a codestream the precision
    /// over the bits, never BitsStored.
    ///
    /// - Throws: `DICOMError.badAttribute` where the header has to decide and cannot.
    consuming func storedImage(_ attributes: ImageAttributes) throws(DICOMError) -> StoredImage {
        let isSigned = attributes.isSigned
        var warnings: [String] = []
        switch values {
        case .words: try ValueBits(attributes).keep(in: &samples)
        case .precision(let bits, let isExtended) where isExtended != isSigned && bits < 16:
            let signBits = UInt16.max << (bits - 1)
            if samples.reduce(0, |) & signBits != 0 {
                warnings.append(Self.warning(bits: bits, isExtended: isExtended))
                ValueBits(precision: bits, isSigned: isSigned).keep(in: &samples)
            }
        case .precision: break
        }
        return StoredImage(
            rows: attributes.rows, columns: attributes.columns, isSigned: isSigned, samples: samples, warnings: warnings
        )
    }

    private static func warning(bits: Int, isExtended: Bool) -> String {
        let (stream, header) = isExtended ? ("signed", "unsigned") : ("unsigned", "signed")
        return
            "the codestream has \(bits) \(stream) bits; taken as \(header), as PixelRepresentation says, and as pydicom and "
            + "GDCM do; dicomsdl gives other values"
    }
}

/// Decodes the codestream of one frame.
typealias FrameDecoder = (UnsafeRawBufferPointer, FrameShape) throws(DICOMError) -> DecodedFrame

/// Which decoder reads which codestream.
enum FrameDecoders {
    /// The decoder for a frame: what it begins as decides, and the transfer syntax where it begins as nothing known.
    static func decoder(
        for stream: UnsafeRawBufferPointer, _ attributes: ImageAttributes, threads: Int
    ) -> FrameDecoder {
        switch CodestreamKind(stream) {
        case .rle: return RLEDecoder.decode
        case .jpeg(.jpegLS): return JPEGLSDecoder.decode
        case .jpeg: return JPEGDecoder.decode
        case .jpeg2000: return jpeg2000(threads)
        case nil: break
        }
        if NativeFrames.isOneFrame(stream.count, attributes) { return NativeFrames.decode(attributes.bitsAllocated) }
        switch attributes.transferSyntax.encoding {
        case .rle: return RLEDecoder.decode
        case .jpeg: return JPEGDecoder.decode
        case .jpegLS: return JPEGLSDecoder.decode
        case .jpeg2000: return jpeg2000(threads)
        // Native syntaxes with encapsulated pixel data contradict themselves (PS3.5 A.4).
        case .native:
            return { (_, _) throws(DICOMError) in
                throw .malformed(
                    "the pixel data are encapsulated, the transfer syntax is \(attributes.transferSyntax.name), and they are "
                        + "no codestream that is known")
            }
        }
    }

    private static func jpeg2000(_ threads: Int) -> FrameDecoder {
        { (stream, shape) throws(DICOMError) in try JPEG2000Decoder.decode(stream, shape, threads: threads) }
    }
}

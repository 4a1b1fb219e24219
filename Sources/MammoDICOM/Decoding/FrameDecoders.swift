/// Samples as a codestream gave them.
struct DecodedFrame {
    /// One 16-bit pattern a pixel, row by row.
    var samples: [UInt16]
    /// Bits of each that count.
    var precision: Int
    /// The codestream's own word on the sign; nil where its format has none, and the header is asked.
    var isSigned: Bool?

    /// The stored image. Precision comes from the codestream, never from BitsStored (PS3.5 8.2.1).
    consuming func storedImage(shape: FrameShape, headerIsSigned: Bool) -> StoredImage {
        let signed = isSigned ?? headerIsSigned
        if signed && isSigned == nil { samples.extendSign(fromBit: precision - 1) }
        return StoredImage(rows: shape.rows, columns: shape.columns, isSigned: signed, samples: samples)
    }
}

extension [UInt16] {
    /// Copies bit `bit` of every sample into all higher bits.
    mutating func extendSign(fromBit bit: Int) {
        let shift = 15 - bit
        guard shift > 0 else { return }
        withUnsafeMutableBufferPointer { samples in
            for i in samples.indices {
                samples[i] = UInt16(bitPattern: Int16(bitPattern: samples[i] << shift) >> shift)
            }
        }
    }
}

/// Decodes the codestream of one frame.
typealias FrameDecoder = (UnsafeRawBufferPointer, FrameShape) throws(DICOMError) -> DecodedFrame

/// Which decoder reads which encapsulated encoding: the one table.
enum FrameDecoders {
    static func decoder(for syntax: TransferSyntax) -> FrameDecoder {
        switch syntax.encoding {
        case .rle: RLEDecoder.decode
        case .jpeg: JPEGDecoder.decode
        case .jpegLS: JPEGLSDecoder.decode
        case .jpeg2000: JPEG2000Decoder.decode
        // Native syntaxes with encapsulated pixel data contradict themselves (PS3.5 A.4).
        case .native:
            { (_, _) throws(DICOMError) in
                throw .malformed("the pixel data are encapsulated, the transfer syntax (\(syntax.name)) is not")
            }
        }
    }
}

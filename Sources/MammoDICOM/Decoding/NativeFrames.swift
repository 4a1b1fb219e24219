import CDCMTK

/// Frames stored as plain words, one after the other (PS3.5 8.1).
///
/// The bits above HighBit are masked, the ones below the value shifted out, and signed values sign-extended:
/// PS3.5 8.1.1 allows anything in the bits that do not belong to the value.
struct NativeFrames {
    let file: OpaquePointer
    let attributes: ImageAttributes

    /// - Throws: `DICOMError.truncated` where the file ends before the frame does, `.malformed` where a compressed
    ///   transfer syntax comes with native pixel data.
    func frame(_ number: Int) throws(DICOMError) -> StoredImage {
        guard attributes.transferSyntax.encoding == .native else {
            throw .malformed(
                "the pixel data are native, the transfer syntax (\(attributes.transferSyntax.name)) is not")
        }
        let pixels = attributes.rows * attributes.columns
        let frameBytes = pixels * (attributes.bitsAllocated / 8)
        let needed = frameBytes * number
        guard cdcmtk_native_length(file) >= UInt64(needed) else {
            throw .truncated(found: Int(clamping: cdcmtk_native_length(file)), needed: needed)
        }
        var bytes: UnsafePointer<UInt8>?
        var length = 0
        var message = cdcmtk_message()
        guard cdcmtk_native_bytes(file, &bytes, &length, &message) == 0, let bytes else {
            throw .undecodable(codec: "native", reason: message.string)
        }
        guard length >= needed else { throw .truncated(found: length, needed: needed) }
        let frame = UnsafeRawBufferPointer(start: bytes + (number - 1) * frameBytes, count: frameBytes)
        return StoredImage(
            rows: attributes.rows, columns: attributes.columns, isSigned: attributes.isSigned,
            samples: samples(of: frame, pixels: pixels))
    }

    private func samples(of frame: UnsafeRawBufferPointer, pixels: Int) -> [UInt16] {
        let samples = [UInt16](unsafeUninitializedCapacity: pixels) { buffer, count in
            if attributes.bitsAllocated == 8 {
                for i in 0..<pixels { buffer[i] = UInt16(frame[i]) }
            } else {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: frame)  // both are little-endian
            }
            keepValueBits(of: buffer)
            count = pixels
        }
        return samples
    }

    /// Each loop does one thing to every sample, so that it vectorises.
    private func keepValueBits(of samples: UnsafeMutableBufferPointer<UInt16>) {
        let lowest = UInt16(attributes.highBit + 1 - attributes.bitsStored)
        let unused = UInt16(16 - attributes.bitsStored)
        if attributes.isSigned {
            let shift = unused - lowest
            for i in samples.indices {
                samples[i] = UInt16(bitPattern: Int16(bitPattern: samples[i] &<< shift) &>> Int16(unused))
            }
        } else if unused > 0 || lowest > 0 {
            let mask = UInt16.max &>> unused
            for i in samples.indices { samples[i] = (samples[i] &>> lowest) & mask }
        }
    }
}

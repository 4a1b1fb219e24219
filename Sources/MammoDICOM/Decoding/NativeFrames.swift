import CMessage
import CDCMTK

/// Frames stored as plain words, one after the other (PS3.5 8.1).
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
        var message = cmessage()
        guard cdcmtk_native_bytes(file, &bytes, &length, &message) == 0, let bytes else {
            throw .undecodable(codec: "native", reason: message.string)
        }
        guard length >= needed else { throw .truncated(found: length, needed: needed) }
        let frame = UnsafeRawBufferPointer(start: bytes + (number - 1) * frameBytes, count: frameBytes)
        return try DecodedFrame(samples: samples(of: frame, pixels: pixels), values: .words).storedImage(attributes)
    }

    private func samples(of frame: UnsafeRawBufferPointer, pixels: Int) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: pixels) { buffer, count in
            if attributes.bitsAllocated == 8 {
                for i in 0..<pixels { buffer[i] = UInt16(frame[i]) }
            } else {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: frame)  // both are little-endian
            }
            count = pixels
        }
    }
}

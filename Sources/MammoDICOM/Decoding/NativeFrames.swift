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
                "the pixel data are native, but the transfer syntax is \(attributes.transferSyntax.name)")
        }
        let pixels = attributes.rows * attributes.columns
        let frameBytes = pixels * (attributes.bitsAllocated / 8)
        let needed = frameBytes * number
        guard cdcmtk_native_length(file) >= UInt64(needed) else {
            throw .truncated(found: Int(clamping: cdcmtk_native_length(file)), needed: needed)
        }
        var message = cmessage()
        var status: Int32 = 0
        let offset = (number - 1) * frameBytes
        let samples: [UInt16]
        if attributes.bitsAllocated == 8 {
            // DCMTK swaps the words of OW: it is asked for whole ones, and an odd frame may begin or end inside a word.
            let start = offset & ~1
            let end = min((offset + frameBytes + 1) & ~1, Int(cdcmtk_native_length(file)))
            let bytes = [UInt8](largeCapacity: end - start) { buffer, count in
                status = cdcmtk_native_read(file, start, end - start, buffer.baseAddress, &message)
                count = status == 0 ? end - start : 0
            }
            samples = status == 0 ? bytes[(offset - start)...].prefix(frameBytes).map(UInt16.init) : []
        } else {
            samples = [UInt16](largeCapacity: pixels) { buffer, count in
                status = cdcmtk_native_read(file, offset, frameBytes, buffer.baseAddress, &message)
                count = status == 0 ? pixels : 0
            }
        }
        guard status == 0 else { throw .undecodable(codec: "native", reason: message.string) }
        return try DecodedFrame(samples: samples, values: .words).storedImage(attributes)
    }
}

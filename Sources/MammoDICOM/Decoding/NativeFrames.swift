/// Frames stored as plain words, one after the other (PS3.5 8.1).
struct NativeFrames {
    let reader: ByteReader
    let attributes: ImageAttributes
    /// Where the pixel data are, as far as the file goes.
    let bytes: Range<Int>
    /// Bytes of a word are stored with the most significant one first; with 8 bits, pixels are swapped in pairs.
    let isBigEndian: Bool

    /// The bytes of all frames, without padding.
    static func size(_ attributes: ImageAttributes) -> Int {
        let pixels = attributes.rows * attributes.columns * max(1, attributes.samplesPerPixel)
        let (size, overflow) = (pixels * max(1, attributes.bitsAllocated / 8)).multipliedReportingOverflow(
            by: attributes.frames)
        return overflow ? .max : size
    }

    /// Whether so many bytes are those of one frame, padded to an even length.
    static func isOneFrame(_ count: Int, _ attributes: ImageAttributes) -> Bool {
        count == (attributes.rows * attributes.columns * (attributes.bitsAllocated / 8) + 1) & ~1
    }

    /// - Throws: `DICOMError.tooFewBytes` where the pixel data end before the frame does.
    func frame(_ number: Int) throws(DICOMError) -> StoredImage {
        let pixels = attributes.rows * attributes.columns
        let frameBytes = pixels * (attributes.bitsAllocated / 8)
        let needed = frameBytes * number
        guard bytes.count >= needed else { throw .tooFewBytes(found: bytes.count, needed: needed) }
        let offset = (number - 1) * frameBytes
        guard let samples = attributes.bitsAllocated == 8 ? narrow(offset, pixels) : wide(offset, pixels) else {
            throw .unreadable("the file changed or could not be read to its end")
        }
        return try DecodedFrame(samples: samples, values: .words).storedImage(attributes)
    }

    private func wide(_ offset: Int, _ count: Int) -> [UInt16]? {
        var isWhole = false
        let samples = [UInt16](largeCapacity: count) { buffer, filled in
            isWhole = reader.read(at: bytes.lowerBound + offset, into: UnsafeMutableRawBufferPointer(buffer))
            filled = isWhole ? count : 0
            if isBigEndian { for i in 0..<filled { buffer[i] = buffer[i].byteSwapped } }
        }
        return isWhole ? samples : nil
    }

    private func narrow(_ offset: Int, _ count: Int) -> [UInt16]? {
        if isBigEndian { return swapped(offset, count) }
        var isWhole = false
        let bytes = [UInt8](largeCapacity: count) { buffer, filled in
            isWhole = reader.read(at: self.bytes.lowerBound + offset, into: UnsafeMutableRawBufferPointer(buffer))
            filled = isWhole ? count : 0
        }
        return isWhole ? bytes.map(UInt16.init) : nil
    }

    /// Reads a frame whose pixels of 8 bits travel in words of which the other byte comes first: one of odd length begins or
    /// ends inside a word.
    private func swapped(_ offset: Int, _ count: Int) -> [UInt16]? {
        let first = offset & ~1
        let end = min((offset + count + 1) & ~1, bytes.count)
        var isWhole = false
        let words = [UInt8](largeCapacity: end - first) { buffer, count in
            isWhole = reader.read(at: bytes.lowerBound + first, into: UnsafeMutableRawBufferPointer(buffer))
            count = isWhole ? end - first : 0
        }
        guard isWhole else { return nil }
        // Where the last word lacks its second byte, the one that is there is the pixel.
        return (offset - first..<offset - first + count).map { UInt16(words[$0 ^ 1 < words.count ? $0 ^ 1 : $0]) }
    }

    /// A frame that stands as plain words in a fragment.
    static func decode(_ bitsAllocated: Int) -> FrameDecoder {
        { (stream, shape) throws(DICOMError) in
            let samples = [UInt16](largeCapacity: shape.pixels) { buffer, count in
                for i in 0..<shape.pixels {
                    buffer[i] =
                        bitsAllocated == 8
                        ? UInt16(stream[i])
                        : UInt16(littleEndian: stream.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
                }
                count = shape.pixels
            }
            return DecodedFrame(samples: samples, values: .words)
        }
    }
}

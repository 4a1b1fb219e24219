/// The frame header of a JPEG or JPEG-LS codestream (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2).
package struct JPEGHeader: Equatable {
    /// The coding process that the start-of-frame marker names.
    package enum Process: Equatable {
        case baseline
        case extended
        case lossless
        case jpegLS
    }

    package var process: Process
    package var frame: CodestreamHeader

    /// Walks the marker segments from SOI to the frame header.
    ///
    /// - Throws: `DICOMError.undecodable` where there is none, or it is one of the processes that DICOM has no use for.
    package init(_ stream: UnsafeRawBufferPointer, codec: String) throws(DICOMError) {
        func bad(_ reason: String) -> DICOMError { .undecodable(codec: codec, reason: reason) }
        func word(_ at: Int) -> Int { Int(stream[at]) << 8 | Int(stream[at + 1]) }
        guard stream.count >= 4, word(0) == 0xFFD8 else { throw bad("it does not begin with FF D8") }
        var at = 2
        while at + 4 <= stream.count {
            guard stream[at] == 0xFF else { throw bad("byte \(at) is not a marker") }
            let marker = stream[at + 1]
            if marker == 0xFF {  // fill bytes may stand before a marker
                at += 1
                continue
            }
            // TEM, RSTm and SOI have no length, and no business before a frame header.
            if marker <= 0x01 || (0xD0...0xD8).contains(marker) {
                throw bad("marker FF \(String(marker, radix: 16)) at byte \(at)")
            }
            let length = word(at + 2)
            guard length >= 2, at + 2 + length <= stream.count else { break }
            if let process = try Self.process(of: marker, bad) {
                guard length >= 8 else { throw bad("the frame header is \(length) bytes long, expected at least 8") }
                self.process = process
                frame = CodestreamHeader(
                    rows: word(at + 5), columns: word(at + 7), components: Int(stream[at + 9]),
                    precision: Int(stream[at + 4]))
                return
            }
            if marker == 0xDA || marker == 0xD9 { throw bad("no frame header before the scan") }
            at += 2 + length
        }
        throw bad("it ends before the frame header")
    }

    private static func process(of marker: UInt8, _ bad: (String) -> DICOMError) throws(DICOMError) -> Process? {
        switch marker {
        case 0xC0: return .baseline
        case 0xC1: return .extended
        case 0xC3: return .lossless
        case 0xF7: return .jpegLS
        case 0xC2, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
            throw bad("progressive, hierarchical and arithmetic coding are not supported")
        default: return nil  // C4 (DHT), C8 (JPG) and CC (DAC) are no frame headers
        }
    }
}

import MammoDICOM
import Testing

@Suite("JPEG frame headers")
struct JPEGHeaderTests {
    private func header(_ bytes: [UInt8]) throws -> JPEGHeader {
        try bytes.withUnsafeBytes { (stream) throws(DICOMError) in try JPEGHeader(stream, codec: "JPEG") }
    }

    private let frame: [UInt8] = [0xFF, 0xC3, 0, 11, 12, 0x01, 0x02, 0x03, 0x04, 1, 1, 0x11, 0]

    @Test("Found behind other segments and fill bytes")
    func found() throws {
        let jfif: [UInt8] = [0xFF, 0xE0, 0, 4, 1, 2]
        let found = try header([0xFF, 0xD8] + jfif + [0xFF, 0xFF] + frame)
        #expect(found.process == .lossless)
        #expect(
            (found.frame.rows, found.frame.columns, found.frame.components, found.frame.precision) == (258, 772, 1, 12))
    }

    @Test(
        "Refused",
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47], "does not begin with FF D8"), ([0xFF, 0xD8, 0xFF, 0xC3, 0, 11], "ends before"),
            ([0xFF, 0xD8, 0xFF, 0xC3, 0, 2, 0, 0], "2 bytes long"),
            ([0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0, 0], "before the scan"),
            ([0xFF, 0xD8, 0xFF, 0xC9, 0, 2, 0, 0], "arithmetic"), ([0xFF, 0xD8, 1, 2, 3, 4], "is not a marker"),
            ([0xFF, 0xD8, 0xFF, 1, 0, 4, 0, 0], "marker FF 1"),
            ([0xFF, 0xD8, 0xFF, 0xC2, 0, 2, 0, 0], "progressive"),
            ([0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 0, 0], "ends before"),
        ] as [([UInt8], String)])
    func refused(_ bytes: [UInt8], _ says: String) throws {
        let error = #expect(throws: DICOMError.self) { try header(bytes) }
        #expect(try #require(error).description.contains(says))
    }
}

import Foundation
import MammoDICOM
import TestSupport
import Testing

@Suite("Files cut off or changed anywhere")
struct TruncationTests {
    static let files = [
        "explicit.dcm", "implicit.dcm", "deflated.dcm", "rle-odd.dcm", "jpeg-sv1-odd-fragments.dcm", "jpeg-ls-odd.dcm",
        "j2k-jp2-fragments.dcm", "htj2k-8.dcm", "frames-sv1.dcm", "jpeg-baseline.dcm", "jpeg-extended.dcm",
        "j2k-tiled.dcm",
        "j2k-tile-parts.dcm", "htj2k-rpcl.dcm", "bigendian.dcm", "rle-8.dcm",
    ]

    @Test("A file cut off at any of 60 places is refused", arguments: files)
    func cut(_ name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("images/\(name)")))
        for step in 0..<60 {
            let path = "\(folder.path)/cut.dcm"
            // The last bytes may be padding and delimiters that no pixel depends on.
            let length = (whole.count - 64) * step / 60
            try whole.prefix(length).write(to: URL(filePath: path))
            #expect(throws: DICOMError.self, "cut to \(length) of \(whole.count)") {
                _ = try DICOMFile(path: path).storedImage()
            }
        }
    }

    @Test("A file with bytes changed is read or refused, and nothing worse", arguments: files)
    func changed(_ name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("images/\(name)")))
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for round in 0..<150 {
            var bytes = whole
            // Half of the rounds aim at the headers, where a byte does most.
            let reach = round % 2 == 0 ? min(2000, bytes.count) : bytes.count
            for _ in 0..<(1 + next(4)) { bytes[132 + next(reach - 132)] = UInt8(next(256)) }
            let path = "\(folder.path)/changed.dcm"
            try bytes.write(to: URL(filePath: path))
            if let image = try? DICOMFile(path: path).storedImage() {
                #expect(image.samples.count == image.rows * image.columns)
            }
        }
    }
}

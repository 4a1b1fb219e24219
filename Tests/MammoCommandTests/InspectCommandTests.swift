import TestSupport
import Testing

@Suite("mammo inspect", .timeLimit(.minutes(10)))
struct InspectCommandTests {
    @Test("One line a file")
    func line() throws {
        let path = Fixtures.path("images/jpeg-sv1-14-right.dcm")
        let run = try Tool.run(["inspect", path])
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(
            run.output
                == "\(path): JPEG Lossless SV1, 300×240, 14 of 16 bits, MONOCHROME2, window 8192/16384 100/200 LINEAR, "
                + "R CC, 1 frame, pixels decode (0 to 15563)\n")
    }

    @Test("--json: an object a line, keys sorted, no patient's name")
    func json() throws {
        let run = try Tool.run([
            "inspect", "--json", Fixtures.path("images/explicit.dcm"), Fixtures.path("broken/rgb.dcm"),
        ])
        let lines = run.output.split(separator: "\n")
        #expect(run.status == 3 && lines.count == 2)
        #expect(lines[0].hasPrefix(#"{"bits_allocated":16,"bits_stored":12,"columns":90,"decodes":true,"frames":1,"#))
        #expect(lines[1].contains(#""decodes":false,"error":"colour image (RGB, 3 samples a pixel)"#))
        #expect(!run.output.contains("Never"))
    }

    @Test("Pixels that do not decode, and files that are none")
    func broken() throws {
        let truncated = try Tool.run(["inspect", Fixtures.path("broken/j2k-truncated.dcm")])
        #expect(truncated.status == 1 && truncated.output.contains("PIXELS DO NOT DECODE: the JPEG 2000 stream"))
        let header = try Tool.run(["inspect", "--no-decode", Fixtures.path("broken/j2k-truncated.dcm")])
        #expect(header.status == 0)
        let none = try Tool.run(["inspect", Fixtures.path("broken/text.dcm")])
        #expect(none.status == 1 && none.output.isEmpty && none.error.contains("not a DICOM file"))
    }
}

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

    @Test("Warnings are part of the line and of the JSON")
    func warnings() throws {
        let path = Fixtures.path("faults/j2k-unsigned-codestream-signed-header.dcm")
        let line = try Tool.run(["inspect", path])
        #expect(
            line.output.contains("pixels decode (-600 to 2968), the codestream has 13 unsigned bits; taken as signed"))
        let json = try Tool.run(["inspect", "--json", Fixtures.path("faults/native-pixels-under-jpeg-lossless.dcm")])
        #expect(
            json.output.contains(
                #""warnings":["the transfer syntax is JPEG Lossless SV1, but the pixel data are native"#))
        let table = try Tool.run(["inspect", Fixtures.path("faults/modality-lut-falling.dcm")])
        #expect(table.output.contains(", Modality LUT, 1 frame"))
    }

    @Test("A folder: every DICOM file in it and below it, and how many others there are")
    func folder() throws {
        let run = try Tool.run(["inspect", "--no-decode", Fixtures.path("train_images"), Fixtures.path("faults")])
        #expect(run.status == 0 && run.output.split(separator: "\n").count == 18 + 12 && run.error.isEmpty)
        let mixed = try TemporaryFolder()
        try mixed.write("a,b\n", to: "table.csv")
        let empty = try Tool.run(["inspect", mixed.path])
        #expect(empty.status == 1 && empty.error.contains("\(mixed.path): no DICOM file in it or below it"))
        #expect(try Tool.shell("cp '\(Fixtures.path("images/one.dcm"))' '\(mixed.path)/IM0001'").status == 0)
        let found = try Tool.run(["inspect", mixed.path])
        #expect(found.status == 0 && found.output.hasPrefix("\(mixed.path)/IM0001: Explicit VR Little Endian, 1×1"))
        #expect(found.error == "mammo inspect: \(mixed.path): passed over 1 file that is not DICOM\n")
    }

    @Test("Images FOR PROCESSING are counted, one line a folder, and left out where that is asked for")
    func forProcessing() throws {
        let folder = Fixtures.path("for_processing")
        let run = try Tool.run(["inspect", folder])
        #expect(run.status == 0 && run.output.split(separator: "\n").count == 3)
        #expect(run.output.matches(of: /FOR PROCESSING/).count == 2)
        #expect(
            run.error
                == "mammo inspect: \(folder): 2 of 3 images are FOR PROCESSING (raw, not meant for viewing); "
                + "--presentation-only leaves them out\n")
        let left = try Tool.run(["inspect", folder, "--presentation-only", "--json"])
        #expect(left.status == 0 && left.output.split(separator: "\n").count == 1)
        #expect(
            left.output.contains(#""presentation_intent":"FOR PRESENTATION""#)
                && left.error.contains("left out by --presentation-only"))
    }

    @Test("Names in Latin-1 and with accents composed or not are found")
    func names() throws {
        let folder = try TemporaryFolder()
        let made = try Tool.shell(
            "cd '\(folder.path)' && cp '\(Fixtures.path("images/one.dcm"))' $'M\\xfcller.dcm' && cp $'M\\xfcller.dcm' "
                + "$'e\\xcc\\x81.dcm' && mammo inspect $'M\\xfcller.dcm' && mammo inspect $'\\xc3\\xa9.dcm' . && mammo inspect Müller.dcm"
        )
        #expect(made.status == 0, "\(made.output)")
        let lines = made.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines.count { $0.contains("Müller.dcm: Explicit VR") } == 3)
        #expect(lines.count { $0.hasPrefix("./e\u{301}.dcm: ") || $0.hasPrefix("\u{E9}.dcm: ") } == 2)
    }
}

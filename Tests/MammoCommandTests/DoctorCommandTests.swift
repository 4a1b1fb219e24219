import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo doctor", .timeLimit(.minutes(10)))
struct DoctorCommandTests {
    @Test("Says what is here and in a folder, aligned, and leaves nothing")
    func report() throws {
        let scratch = try TemporaryFolder()
        let run = try Tool.run([
            "doctor", "--dicom-dir", Fixtures.path("train_images"), "--out", "\(scratch.path)/png", "--size", "64x32",
        ])
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        #expect(
            run.output.contains("\n  transfer syntax  9  JPEG 2000 Lossless\n                   9  JPEG Lossless SV1\n")
        )
        #expect(run.output.contains("disk          \(scratch.path): writes "))
        #expect(run.output.contains("for 18 images at 64x32: an estimate, from 8 of them"))
        #expect(run.output.hasSuffix("\nNothing required is missing.\n"))
        #expect(try scratch.names().isEmpty)
    }

    @Test("What is needed and not there is said, with status 1")
    func missing() throws {
        let scratch = try TemporaryFolder()
        let gone = try Tool.run(["doctor", "--dicom-dir", "\(scratch.path)/gone", "--out", scratch.path])
        #expect(gone.status == 1 && gone.output.contains("✗ \(scratch.path)/gone: cannot be read: no such folder"))
        try scratch.write("no image", to: "text.dcm")
        let none = try Tool.run(["doctor", "--dicom-dir", scratch.path, "--out", scratch.path])
        #expect(none.status == 1 && none.output.contains("text.dcm: not a DICOM file"))
        #expect(none.output.contains("✗ \(scratch.path): no file below it gives an image"))
        let closed = try Tool.run(["doctor", "--out", "/proc"])
        #expect(closed.status == 1 && closed.output.contains("✗ /proc: cannot be written"))
        let dictionary = try Tool.shell("DCMDICTPATH=/nowhere mammo doctor --out '\(scratch.path)'")
        #expect(dictionary.status == 1 && dictionary.output.contains("✗ DCMTK's data dictionary was not found"))
    }

    @Test("A plugin that cannot be opened is reported, and is not needed")
    func plugin() throws {
        let scratch = try TemporaryFolder()
        try scratch.write("no library", to: "plugin.so")
        let run = try Tool.shell("MAMMO_CUDA_PLUGIN='\(scratch.path)/plugin.so' mammo doctor --out '\(scratch.path)'")
        #expect(run.status == 0 && run.output.contains("plugin  ✗ \(scratch.path)/plugin.so: "))
    }

    @Test("--json has every odd file")
    func json() throws {
        let scratch = try TemporaryFolder()
        let run = try Tool.run([
            "doctor", "--json", "--quiet", "--dicom-dir", Fixtures.path("broken"), "--out", scratch.path, "--size",
            "64x32",
        ])
        struct Found: Decodable {
            struct DICOM: Decodable {
                var files: Int
                var images: Int
                var odd_files: [[String: String]]
            }
            var dicom: DICOM
            var missing: [String]
        }
        let found = try JSONDecoder().decode(Found.self, from: Data(run.output.utf8))
        #expect(run.status == 0 && found.missing.isEmpty)
        #expect(found.dicom.files == found.dicom.images + found.dicom.odd_files.count)
    }

    @Test("Images FOR PROCESSING are counted, and left out where that is asked for")
    func forProcessing() throws {
        let scratch = try TemporaryFolder()
        let arguments = [
            "doctor", "--quiet", "--dicom-dir", Fixtures.path("for_processing"), "--out", scratch.path, "--size",
            "64x32",
        ]
        let run = try Tool.run(arguments)
        #expect(run.output.contains("presentation     2 of 3 images are FOR PROCESSING"), "\(run.output)")
        #expect(run.output.contains("for 3 images at 64x32"))
        let left = try Tool.run(arguments + ["--presentation-only"])
        #expect(left.output.contains("2 of 3 images are FOR PROCESSING") && left.output.contains("left out"))
        #expect(left.output.contains("for 1 images at 64x32"))
    }
}

import Foundation
import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Survey of DICOM folders")
struct DICOMSurveyTests {
    private func survey(_ folder: String) throws -> DICOMSurvey {
        DICOMSurvey(
            try DICOMSurvey.paths(below: folder), workers: 2, shouldStop: { false }, advanced: { _ in })
    }

    @Test("Every file is counted once for each property, or is odd with a reason")
    func counts() throws {
        let found = try survey(Fixtures.path("train_images"))
        #expect(found.files == 18 && found.images.count == 18 && found.oddFiles.isEmpty)
        #expect(found.transferSyntaxes.map(\.value) == ["JPEG 2000 Lossless", "JPEG Lossless SV1"])
        #expect(found.transferSyntaxes.map(\.files) == [9, 9])
        #expect(found.bits.map(\.value) == ["12 of 16", "10 of 16", "14 of 16"])
        for counts in [found.photometricInterpretations, found.windowFunctions, found.sizes] {
            #expect(counts.map(\.files).reduce(0, +) == 18)
        }
        let broken = try survey(Fixtures.path("broken"))
        #expect(broken.images.count + broken.oddFiles.count == broken.files)
        let reasons = Dictionary(
            uniqueKeysWithValues: broken.oddFiles.map { ($0.path.split(separator: "/").last, $0.reason) })
        #expect(reasons["empty.dcm"] == "not a DICOM file: the file is empty")
        #expect(reasons["rgb.dcm"]?.hasPrefix("colour image (RGB") == true)
    }

    @Test("A link that leads back does not keep it from ending; what is no folder is refused")
    func links() throws {
        let scratch = try TemporaryFolder()
        try Files.makeFolder("\(scratch.path)/a/b")
        try scratch.write("x", to: "a/b/text.dcm")
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/a/b/up", withDestinationPath: "\(scratch.path)/a")
        #expect(try DICOMSurvey.paths(below: "\(scratch.path)/") == ["\(scratch.path)/a/b/text.dcm"])
        #expect(throws: DataError.self) { try DICOMSurvey.paths(below: "\(scratch.path)/gone") }
    }

    @Test("A sample is preprocessed, what does not decode is named, and nothing is left behind")
    func sample() throws {
        let scratch = try TemporaryFolder()
        let batch = PreprocessBatch(
            parameters: PreprocessParameters(rows: 64, columns: 32), jobs: 2, cores: 2, outputFolder: scratch.path,
            version: "test")
        let images = try survey(Fixtures.path("train_images")).images
        let broken = Fixtures.path("broken/j2k-truncated.dcm")
        let sample = try PreprocessingSample(of: images + [broken], count: 100, by: batch) { false }
        #expect(sample.images == 18 && sample.oddFiles.map(\.path) == [broken])
        let estimate = try #require(sample.estimate(of: 36))
        #expect(abs(estimate - 2 * sample.seconds) < 1e-9)
        #expect(try PreprocessingSample(of: images, count: 4, by: batch) { false }.images == 4)
        #expect(try PreprocessingSample(of: [broken], count: 4, by: batch) { false }.estimate(of: 1) == nil)
        #expect(try scratch.names().isEmpty)
    }

    @Test("A disk's speed is measured and nothing is left; a folder that is not there is refused")
    func disk() throws {
        let scratch = try TemporaryFolder()
        let speed = try DiskSpeed(folder: scratch.path, bytes: 2 << 20)
        #expect(speed.bytes == 2 << 20 && speed.write > 0 && speed.read > 0 && speed.free > 0)
        #expect(try scratch.names().isEmpty)
        #expect(throws: DataError.self) { try DiskSpeed(folder: "\(scratch.path)/gone") }
        #expect(throws: DataError.self) { try DiskSpeed(folder: "/proc") }
        let memory = MachineMemory()
        #expect(memory.total > 0 && memory.available ?? 0 <= memory.total)
    }
}

import Foundation
import MammoData
import TestSupport
import Testing

@Suite("Files that a command line names")
struct InputFilesTests {
    /// A folder with a copy of a fixture at each path.
    private func folder(_ paths: String...) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for path in paths {
            let url = URL(filePath: "\(folder.path)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: URL(filePath: Fixtures.path("images/one.dcm")), to: url)
        }
        return folder
    }

    @Test("Of a folder what is DICOM by its content, whatever its name; the rest is counted")
    func content() throws {
        let found = try folder("1/a.dcm", "1/b", "2/deep/c.IMA", "d.txt")
        try found.write("patient_id,image_id\n", to: "table.csv")
        try found.write("", to: "1/empty.dcm")
        let inputs = InputFiles([found.path])
        #expect(
            inputs.files.map { $0.path.dropFirst(found.path.count) } == ["/1/a.dcm", "/1/b", "/2/deep/c.IMA", "/d.txt"])
        #expect(inputs.files.allSatisfy { $0.folder == found.path })
        #expect(inputs.passedOver.map(\.files) == [2] && inputs.refused.isEmpty)
        #expect(InputFiles(["1"], below: found.path).files.count == 2)
    }

    @Test("A folder without DICOM files is refused, a file by name is not looked into")
    func none() throws {
        let found = try TemporaryFolder()
        let text = try found.write("no image", to: "a.dcm")
        let inputs = InputFiles([found.path, text, "\(found.path)/gone.dcm"])
        #expect(inputs.refused.map(\.reason) == ["no DICOM file in it or below it"])
        #expect(inputs.files.map(\.path) == [text, "\(found.path)/gone.dcm"] && inputs.files[0].folder == found.path)
    }

    @Test("Images of a folder get the reference pipeline's names, and longer ones where those are alike")
    func names() throws {
        let found = try folder("10/1.dcm", "10/2.dicom", "11/1", "x/s/1.dcm", "y/s/1.DCM", "z/s/2.dcm")
        let work = WorkList(files: [found.path])
        #expect(
            work.items.map(\.outputName) == ["10_1.png", "10_2.png", "11_1.png", "x_s_1.png", "y_s_1.png", "s_2.png"])
        #expect(work.refused.isEmpty)
        let twice = WorkList(files: ["\(found.path)/10/1.dcm", "\(found.path)/10"])
        #expect(twice.items.count == 2 && twice.refused.map(\.reason) == ["named twice"])
    }

    @Test("One line for each folder with images FOR PROCESSING")
    func processing() {
        var count = ProcessingCount()
        for number in 0..<5 { count.add("b", isForProcessing: number < 2) }
        count.add("a", isForProcessing: true)
        count.add("c", isForProcessing: false)
        #expect(
            count.lines(areExcluded: false) == [
                "a: 1 of 1 images is FOR PROCESSING (raw, not meant for viewing); --presentation-only leaves them out",
                "b: 2 of 5 images are FOR PROCESSING (raw, not meant for viewing); --presentation-only leaves them out",
            ])
        #expect(count.lines(areExcluded: true)[1].hasSuffix("left out by --presentation-only"))
    }
}

import Foundation
import MammoDICOM
import TestSupport
import Testing

@Suite("Files that fuzzing found")
struct FoundFilesTests {
    @Test(arguments: try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("found")).sorted())
    func isReadOrRefused(_ name: String) {
        let image = try? DICOMFile(path: Fixtures.path("found/\(name)")).storedImage()
        if let image { #expect(image.samples.count == image.rows * image.columns) }
    }
}

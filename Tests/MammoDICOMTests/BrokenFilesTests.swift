import MammoDICOM
import TestSupport
import Testing

@Suite("Broken files are refused with the reason")
struct BrokenFilesTests {
    @Test(arguments: try Fixtures.table("broken.csv"))
    func broken(_ row: [String: String]) throws {
        let name = try #require(row["file"])
        let error = #expect(throws: DICOMError.self, "\(name)") {
            let file = try DICOMFile(path: Fixtures.path("broken/\(name)"))
            _ = try file.storedImage()
        }
        let message = try #require(error).description
        #expect(message.contains(try #require(row["says"])), "\(name): \(message)")
        #expect(!message.contains("\n") && !message.contains("Never^Printed"))
    }

    @Test(
        "What is no regular file is named",
        arguments: [
            ("/nowhere/at/all.dcm", "No such file or directory"), ("/tmp", "is a folder"),
            ("/dev/zero", "is not a regular file"),
        ])
    func unreadable(_ path: String, _ says: String) throws {
        let error = #expect(throws: DICOMError.self) { _ = try DICOMFile(path: path) }
        #expect(try #require(error).description.contains(says))
    }

    @Test("A frame that is not there is named")
    func frames() throws {
        let file = try DICOMFile(path: Fixtures.path("images/frames-sv1.dcm"))
        #expect(throws: DICOMError.noSuchFrame(4, of: 3)) { try file.storedImage(frame: 4) }
        #expect(throws: DICOMError.noSuchFrame(0, of: 3)) { try file.storedImage(frame: 0) }
    }
}

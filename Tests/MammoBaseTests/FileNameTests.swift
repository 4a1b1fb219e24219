import Foundation
import MammoBase
import Testing

@Suite("Names of files")
struct FileNameTests {
    private let latin1: [UInt8] = [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72]

    @Test("UTF-8, else Latin-1")
    func text() {
        #expect(FileName.text(of: Array("Müller".utf8)) == "Müller")
        #expect(FileName.text(of: latin1) == "Müller")
        #expect(FileName.text(of: [UInt8]()) == "")
    }

    @Test("A file is found by a name that reads the same, in each part of a path")
    func found() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mammo-names-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let base = folder.utf8CString.dropLast()
        func path(_ parts: [UInt8]...) -> [CChar] {
            base + parts.flatMap { [CChar(bitPattern: 0x2F)] + $0.map { CChar(bitPattern: $0) } } + [0]
        }
        #expect(mkdir(folder, 0o700) == 0 && mkdir(path(latin1), 0o700) == 0)
        let decomposed = Array("Mu\u{308}ller.dcm".utf8)
        let file = path(latin1, decomposed)
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        // Composed in the table, Latin-1 and decomposed on the disk.
        #expect(FileName.bytes(of: "\(folder)/M\u{FC}ller/M\u{FC}ller.dcm") == file)
        #expect(FileName.names(in: path(latin1)) == [decomposed])
        // What is not there keeps its name, in the folder that is.
        let missing = "Gr\u{FC}n.dcm"
        #expect(FileName.bytes(of: "\(folder)/M\u{FC}ller/\(missing)") == path(latin1, Array(missing.utf8)))
        #expect(FileName.bytes(of: "nowhere/\u{E9}") == Array("nowhere/\u{E9}".utf8CString))
        #expect(FileName.bytes(of: "/plain/name") == Array("/plain/name".utf8CString))
    }

    @Test("A name that was not read as UTF-8 is explained")
    func reason() {
        #expect(FileName.reason(ENOENT, "a/b.dcm") == "No such file or directory")
        #expect(
            FileName.reason(ENOENT, "a/M\u{FFFD}ller.dcm").contains("save the table or list that it is from as UTF-8"))
        #expect(FileName.reason(EACCES, "a/M\u{FFFD}ller.dcm") == "Permission denied")
    }
}

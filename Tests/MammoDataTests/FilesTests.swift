import Foundation
import MammoData
import TestSupport
import Testing

@Suite("Whole files")
struct FilesTests {
    @Test("Written over, read back, nothing left beside")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/f"
        try Files.write([1, 2, 3], to: path)
        try Files.write([], to: path)
        #expect(try Files.read(path) == [])
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
        try Files.write(large, to: path)
        #expect(try Files.read(path) == large)
        #expect(try folder.names() == ["f"])
    }

    @Test("What cannot be written is said, and what was there stays")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "f")
        let error = #expect(throws: DataError.self) { try Files.write([1], to: "\(folder.path)/none/f") }
        #expect(try #require(error).description.hasSuffix("cannot be written: No such file or directory"))
        #expect(throws: DataError.self) { try Files.makeFolder("\(folder.path)/f/below") }
        #expect(try Files.read("\(folder.path)/f") == Array("old".utf8))
        #expect(throws: DataError.self) { _ = try Files.read("\(folder.path)/none") }
        #expect(throws: DataError.self) { _ = try Files.read(folder.path) }
    }

    @Test("Folders are made with those above them")
    func folders() throws {
        let folder = try TemporaryFolder()
        try Files.makeFolder("\(folder.path)/a/b/c/")
        try Files.makeFolder("\(folder.path)/a/b/c")
        #expect(Files.isFolder("\(folder.path)/a/b/c"))
    }

    @Test("Whether a file can be written is known before the work")
    func checkWritable() throws {
        let folder = try TemporaryFolder()
        try Files.checkWritable("\(folder.path)/new.csv")
        #expect(throws: DataError.self) { try Files.checkWritable(folder.path) }
        #expect(throws: DataError.self) { try Files.checkWritable("\(folder.path)/none/new.csv") }
        try Files.checkWritable("relative.csv")
    }
}

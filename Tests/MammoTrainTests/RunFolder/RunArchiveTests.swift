import Foundation
import MammoData
import MammoTrain
import TestSupport
import Testing

@Suite("Archives of runs", .timeLimit(.minutes(10)))
struct RunArchiveTests {
    /// A run's folder, and what belongs to nobody.
    private func makeRun(_ path: String) throws {
        try Files.makeFolder(path)
        for name in ["config.yaml", "steps.csv", "epochs.csv", "validation.csv", "report.html", "score.html"] {
            try Files.write(Array(String(repeating: "\(name) ", count: 500).utf8), to: "\(path)/\(name)")
        }
        try Files.write((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }, to: "\(path)/best.safetensors")
        try Files.write([], to: "\(path)/events.out.tfevents.0000000001.x")
        for name in ["last.checkpoint", "epoch-003.safetensors", "notes.txt", "old.zip"] {
            try Files.write([1, 2], to: "\(path)/\(name)")
        }
    }

    private func pack(_ folders: [String], to path: String) throws -> RunArchive {
        let archive = RunArchive(folders)
        _ = try archive.write(to: path, version: "test") { _, _ in }
        return archive
    }

    @Test("The same bytes every time, whatever the files' dates, also where the archive lies in the run")
    func deterministic() throws {
        let scratch = try TemporaryFolder()
        for name in ["b", "a"] { try makeRun("\(scratch.path)/\(name)") }
        let folders = ["\(scratch.path)/b/", "\(scratch.path)/a"]
        let archive = try pack(folders, to: "\(scratch.path)/one.zip")
        #expect(archive.refused.isEmpty && archive.runs.map(\.name) == ["a", "b"])
        #expect(archive.runs[0].leftOut == ["epoch-003.safetensors", "last.checkpoint", "notes.txt", "old.zip"])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: "\(scratch.path)/a/config.yaml")
        let inside = "\(scratch.path)/a/exp_outputs.zip"
        _ = try pack(folders.reversed(), to: inside)
        _ = try pack(folders, to: inside)
        #expect(try Files.read(inside) == Files.read("\(scratch.path)/one.zip"))
    }

    @Test("What unzip gets out is what went in, and what the manifest says")
    func readBack() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/unzip") else {
            return print("read back: passed over, since there is no unzip here")
        }
        let scratch = try TemporaryFolder()
        try makeRun("\(scratch.path)/run")
        _ = try pack(["\(scratch.path)/run"], to: "\(scratch.path)/out.zip")
        let unzipped = try Tool.shell("cd '\(scratch.path)' && unzip -tq out.zip && unzip -qd back out.zip")
        #expect(unzipped.status == 0, "\(unzipped.output)")
        struct Manifest: Decodable {
            struct File: Decodable {
                var bytes: Int
                var path: String
                var sha256: String
            }
            var files: [File]
        }
        let manifest = try JSONDecoder().decode(
            Manifest.self, from: Data(try Files.read("\(scratch.path)/back/manifest.json")))
        #expect(manifest.files.count == 8)
        for file in manifest.files {
            let bytes = try Files.read("\(scratch.path)/back/\(file.path)")
            let packed = try Files.read("\(scratch.path)/\(file.path)")
            #expect(bytes == packed, "\(file.path)")
            #expect(bytes.count == file.bytes && SHA256Digest.hex(of: bytes) == file.sha256)
        }
        #expect(Files.names(in: "\(scratch.path)/back/run") == manifest.files.map { String($0.path.dropFirst(4)) })
    }

    @Test("What is no run is refused with its path, and the rest is packed")
    func refusals() throws {
        let scratch = try TemporaryFolder()
        for name in ["a", "other/a", "empty"] { try makeRun("\(scratch.path)/\(name)") }
        _ = Files.remove("\(scratch.path)/empty/config.yaml")
        let paths = ["a", "gone", "empty", "other/a", "./a"].map { "\(scratch.path)/\($0)" }
        let archive = RunArchive(paths)
        #expect(archive.runs.map(\.folder) == [paths[0]])
        #expect(
            archive.refused.map(\.description) == [
                "\(paths[1]): cannot be read: no such folder; expected the --out of a mammo train",
                "\(paths[2]): holds no run: there is no config.yaml",
                "\(paths[3]): would be a/ in the archive, as \(paths[0]) is; pack it separately",
                "\(paths[4]): named twice",
            ])
        #expect(throws: DataError.self) {
            try archive.write(to: "\(scratch.path)/gone/x.zip", version: "") { _, _ in }
        }
        let full = "/dev/full"
        #expect(throws: (any Error).self) { try archive.write(to: "\(full)/x.zip", version: "") { _, _ in } }
    }

    @Test("A member that cannot be read leaves no archive and no half of one")
    func unreadable() throws {
        let scratch = try TemporaryFolder()
        try makeRun("\(scratch.path)/run")
        let archive = RunArchive(["\(scratch.path)/run"])
        _ = Files.remove("\(scratch.path)/run/steps.csv")
        #expect(throws: DataError.self) {
            try archive.write(to: "\(scratch.path)/x.zip", version: "") { _, _ in }
        }
        #expect(try scratch.names() == ["run"])
    }
}

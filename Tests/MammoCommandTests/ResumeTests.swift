import MammoImage
import Foundation
import MammoData
import TestSupport
import Testing

@Suite("Never losing work", .serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(15)))
struct ResumeTests {
    private let base = [
        "preprocess", "--images", Fixtures.path("train_images"), "--csv", Fixtures.path("train.csv"), "--size",
        "128x64",
        "--quiet",
    ]

    private func run(_ out: String, _ more: String...) throws -> Tool {
        try Tool.run(base + ["--out", out] + more)
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    /// Every PNG of the demo set, from a run that nothing disturbed.
    private func undisturbed() throws -> [String: [UInt8]] {
        let out = try TemporaryFolder()
        #expect(try run(out.path).status == 0)
        return try pngs(in: out.path)
    }

    private func pngs(in folder: String) throws -> [String: [UInt8]] {
        let names = try names(in: folder).filter { $0 != "manifest.jsonl" }
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try Files.read("\(folder)/\($0)")) })
    }

    @Test("A second run passes over what is done; what is damaged, gone or changed is made anew")
    func again() throws {
        let (work, out) = (try TemporaryFolder(), try TemporaryFolder())
        try FileManager.default.copyItem(atPath: Fixtures.path("train_images"), toPath: "\(work.path)/in")
        let command = [
            "preprocess", "--images", "\(work.path)/in", "--csv", Fixtures.path("train.csv"), "--size", "128x64",
            "--out",
            out.path, "--quiet",
        ]
        #expect(try Tool.run(command).output.hasPrefix("18 of 18"))
        let first = try pngs(in: out.path)
        #expect(
            try Tool.run(command).output.hasPrefix("0 of 18 images written to \(out.path) as 128x64, 18 done before"))

        let names = first.keys.sorted()
        try FileManager.default.removeItem(atPath: "\(out.path)/\(names[0])")
        var damaged = try #require(first[names[1]])
        damaged[100] ^= 1
        try Files.write(damaged, to: "\(out.path)/\(names[1])")
        let row = try Fixtures.table("train.csv")[7]
        let input = "\(work.path)/in/\(row["patient_id"] ?? "")/\(row["image_id"] ?? "").dcm"
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: input)

        let plan = try Tool.run(command + ["--dry-run"])
        #expect(
            plan.output.hasPrefix("would make 3 images (2 damaged, 1 input changed) in \(out.path) with --size 128x64"))
        let verify = try Tool.run(command + ["--verify"])
        #expect(verify.status == 3 && verify.output.hasPrefix("16 of 18 images"))
        #expect(verify.error.contains("\(names[0]): missing") && verify.error.contains("\(names[1]): damaged"))
        #expect(try Tool.run(command).output.hasPrefix("3 of 18"))
        #expect(try pngs(in: out.path) == first)
        #expect(try Tool.run(command + ["--verify"]).status == 0)
        #expect(try Tool.run(command + ["--force"]).output.hasPrefix("18 of 18"))
    }

    @Test("Other parameters in the same folder are refused, both sets shown; --force makes them anew")
    func otherParameters() throws {
        let out = try TemporaryFolder()
        #expect(try run(out.path).status == 0)
        let other = try Tool.run(base.map { $0 == "128x64" ? "64x32" : $0 } + ["--out", out.path])
        #expect(other.status == 1)
        #expect(
            other.error.contains("holds images made with --size 128x64")
                && other.error.contains("but --size 64x32 was requested"))
        let verify = try Tool.run(
            base.map { $0 == "128x64" ? "64x32" : $0 } + ["--out", out.path, "--verify", "--json"])
        #expect(verify.status == 1 && verify.output.contains(#""intact":0"#))
        #expect(verify.output.contains("made with other parameters: found --size 128x64, expected --size 64x32\""))
        let asMade = try Tool.run(
            ["preprocess", "--verify", "--csv", Fixtures.path("train.csv"), "--out", out.path])
        #expect(asMade.status == 0 && asMade.output.contains("\nmade with --size 128x64 --frame 1 "))
        let forced = try Tool.run(base.map { $0 == "128x64" ? "64x32" : $0 } + ["--out", out.path, "--force"])
        #expect(forced.status == 0 && forced.output.hasPrefix("18 of 18"))
    }

    @Test("Failures are in the manifest, and tried again")
    func failures() throws {
        let (work, out) = (try TemporaryFolder(), try TemporaryFolder())
        let path = "\(work.path)/x.dcm"
        let good = try Files.read(Fixtures.path("images/explicit.dcm"))
        try Files.write(Array(good.prefix(5000)), to: path)
        #expect(try Tool.run(["preprocess", path, "--out", out.path, "--size", "8x4"]).status == 1)
        let failed = try #require(try Manifest.entries(in: out.path).values.first)
        #expect(try #require(failed.error).contains("truncated") && failed.input == path && failed.pngSHA256 == nil)
        try Files.write(good, to: path)
        #expect(try Tool.run(["preprocess", path, "--out", out.path, "--size", "8x4"]).status == 0)
        let made = try #require(try Manifest.entries(in: out.path).values.first)
        #expect(made.error == nil && made.transferSyntax == "Explicit VR Little Endian")
        #expect((made.rows, made.columns) == (120, 90) && made.warnings == [])
    }

    @Test("The way back to DICOM coordinates")
    func coordinates() throws {
        let out = try TemporaryFolder()
        #expect(try run(out.path).status == 0)
        for entry in try Manifest.entries(in: out.path).values {
            let (box, map) = (try #require(entry.cropBox), try #require(entry.toDICOM))
            // The lower right corner of the PNG is that of the crop box.
            #expect(abs(map.originX + map.scaleX * 64 - Double(box.x + box.width)) < 1e-9)
            #expect(abs(map.originY + map.scaleY * 128 - Double(box.y + box.height)) < 1e-9)
        }
    }

    @Test("Killed after any image and while any is written: nothing half-written counts, the next run finishes")
    func killed() throws {
        let expected = try undisturbed()
        let moments = (1..<18).map { "image:\($0)" } + expected.keys.sorted().map { "rename:\($0)" }
        for moment in moments {
            let out = try TemporaryFolder()
            let killed = try Tool.run(
                base + ["--out", out.path, "--jobs", "2"], environment: ["MAMMO_TEST_SIGNAL": "KILL:\(moment)"])
            try #require(killed.status == SIGKILL, "\(moment): status \(killed.status)")
            let left = try names(in: out.path)
            for (name, bytes) in try pngs(in: out.path) where name.hasSuffix(".png") {
                try #require(bytes == expected[name], "\(moment): \(name) is half-written")
            }
            if moment.hasPrefix("rename:") {
                let name = moment.dropFirst("rename:".count)
                #expect(left.contains { $0.hasPrefix("\(name).") && $0.hasSuffix(".part") }, "\(moment): \(left)")
            }
            let finished = try run(out.path)
            try #require(finished.status == 0, "\(moment): \(finished.error)")
            try #require(try pngs(in: out.path) == expected, "\(moment)")
            try #require(try run(out.path, "--verify").status == 0, "\(moment)")
        }
    }

    @Test("A torn last line of the manifest is passed over and closed off")
    func torn() throws {
        let out = try TemporaryFolder()
        #expect(try run(out.path).status == 0)
        let path = "\(out.path)/manifest.jsonl"
        let whole = try Files.read(path)
        try Files.write(Array(whole.dropLast(50)), to: path)
        #expect(try run(out.path).output.hasPrefix("1 of 18"))
        #expect(try run(out.path, "--verify").status == 0)
        #expect(try Manifest.entries(in: out.path).count == 18)
    }

    @Test("Eight processes in one folder at once: every image once, every line whole")
    func sideBySide() throws {
        let (parts, out) = (try TemporaryFolder(), try TemporaryFolder())
        #expect(
            try Tool.run(["split", "--csv", Fixtures.path("train.csv"), "--parts", "8", "--out", parts.path]).status
                == 0)
        let images = Fixtures.path("train_images")
        let all = try Tool.shell(
            """
            for i in 0 1 2 3 4 5 6 7; do
                mammo preprocess --images '\(images)' --list '\(parts.path)'/part-$i.txt --out '\(out.path)' --size 128x64 --quiet &
                pids="$pids $!"
            done
            for pid in $pids; do wait $pid || exit 1; done
            """)
        #expect(all.status == 0, "\(all.output)")
        let lines = String(decoding: try Files.read("\(out.path)/manifest.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 18 && lines.allSatisfy { $0.hasPrefix("{\"columns\":") && $0.hasSuffix("}") })
        #expect(try pngs(in: out.path) == undisturbed())
        #expect(try run(out.path, "--verify").status == 0)
    }

    @Test("What does not belong is named by --verify")
    func extra() throws {
        let out = try TemporaryFolder()
        #expect(try run(out.path).status == 0)
        try out.write("", to: "stranger.png")
        let verify = try run(out.path, "--verify")
        #expect(
            verify.status == 3 && verify.error == "mammo preprocess: \(out.path)/stranger.png: extra: not in the list\n"
        )
        #expect(verify.output.hasPrefix("18 of 18"))
    }
}

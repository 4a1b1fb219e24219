import Foundation
import MammoData
import TestSupport
import Testing

/// Whether this process may mount file systems in a namespace of its own.
private let mayMount: Bool = {
    (try? Tool.shell("unshare -m true"))?.status == 0
}()

@Suite(
    "File systems that fail", .enabled(if: mayMount, "needs unshare -m, which this machine does not allow"),
    .timeLimit(.minutes(10)))
struct FullDiskTests {
    private let images = Fixtures.path("train_images")
    private let csv = Fixtures.path("train.csv")

    @Test("A file system of two megabytes that fills up: the message says so, the next run with room finishes")
    func full() throws {
        let folder = try TemporaryFolder()
        let script = """
            set -u
            mkdir -p '\(folder.path)/disk'
            mount -t tmpfs -o size=2m tmpfs '\(folder.path)/disk'
            run() { '\(Tool.path)' preprocess --images '\(images)' --csv '\(csv)' --out '\(folder.path)/disk/png' --quiet; }
            run; echo "first: $?"
            ls '\(folder.path)/disk/png' | grep -c part; echo "no parts above"
            mount -o remount,size=64m '\(folder.path)/disk'
            run; echo "second: $?"
            '\(Tool.path)' preprocess --verify --csv '\(csv)' --out '\(folder.path)/disk/png'; echo "verify: $?"
            cp -r '\(folder.path)/disk/png' '\(folder.path)/kept'
            """
        try script.write(toFile: "\(folder.path)/script", atomically: true, encoding: .utf8)
        let run = try Tool.shell("unshare -m bash '\(folder.path)/script' 2>&1")
        #expect(run.output.contains("No space left on device; stopping"), "\(run.output)")
        #expect(run.output.contains("first: 3\n0\nno parts above"), "\(run.output)")
        #expect(run.output.contains("second: 0") && run.output.contains("verify: 0"), "\(run.output)")

        let undisturbed = try TemporaryFolder()
        let whole = try Tool.run(["preprocess", "--images", images, "--csv", csv, "--out", undisturbed.path, "--quiet"])
        #expect(whole.status == 0)
        for name in try undisturbed.names() where name.hasSuffix(".png") {
            #expect(
                try Files.read("\(folder.path)/kept/\(name)") == Files.read("\(undisturbed.path)/\(name)"), "\(name)")
        }
    }

    @Test("A folder that is read-only: one line, status 1")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        let run = try Tool.shell(
            """
            mkdir '\(folder.path)/png'
            unshare -m bash -c "mount -t tmpfs -o ro tmpfs '\(folder.path)/png' && \
            '\(Tool.path)' preprocess --images '\(images)' --csv '\(csv)' --out '\(folder.path)/png' --quiet" 2>&1
            """)
        #expect(run.status == 1)
        #expect(
            run.output
                == "mammo preprocess: \(folder.path)/png/manifest.jsonl: cannot be written: Read-only file system\n")
    }
}

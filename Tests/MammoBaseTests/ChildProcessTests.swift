import Foundation
import MammoBase
import TestSupport
import Testing

@Suite("Child processes", .timeLimit(.minutes(2)))
struct ChildProcessTests {
    @Test("A command line as a shell takes it")
    func line() {
        let command = Command("/k/mammo", ["train", "--out", "a b", "it's", ""], environment: ["A": "1 2"])
        #expect(command.line == #"A='1 2' /k/mammo train --out 'a b' 'it'\''s' ''"#)
        #expect(command.under("ncu", ["--csv"]).line.hasSuffix("ncu --csv /k/mammo train --out 'a b' 'it'\\''s' ''"))
    }

    @Test("A program's end, a missing one, and one that is ended with all that it has started")
    func child() throws {
        let folder = try TemporaryFolder()
        func start(_ script: String) throws -> ChildProcess {
            try ChildProcess(
                Command("sh", ["-c", script], environment: ["WORD": "given"]), output: "\(folder.path)/out",
                error: "\(folder.path)/err")
        }
        func end(_ child: ChildProcess) -> ChildProcess.End? {
            for _ in 0..<1000 {
                if let end = child.poll() { return end }
                usleep(10_000)
            }
            return nil
        }
        #expect(try end(start("echo $WORD; echo bad >&2; exit 7")) == .exited(7))
        #expect(try String(contentsOfFile: "\(folder.path)/out", encoding: .utf8) == "given\n")
        #expect(try String(contentsOfFile: "\(folder.path)/err", encoding: .utf8) == "bad\n")
        #expect(throws: ProcessProblem.missing("no-such-program")) {
            try ChildProcess(Command("no-such-program", []), output: "/dev/null", error: "/dev/null")
        }
        let parent = try start("sleep 1000 & echo $!; wait")
        var id = ""
        for _ in 0..<1000 where !id.hasSuffix("\n") {
            usleep(10_000)
            id = try String(contentsOfFile: "\(folder.path)/out", encoding: .utf8)
        }
        let inner = try #require(pid_t(id.dropLast()))
        parent.endGroup(SIGKILL)
        #expect(end(parent) == .signalled(SIGKILL))
        var isGone = false
        for _ in 0..<1000 where !isGone {
            usleep(10_000)
            // A zombie whose parent is gone is somebody else's to collect.
            let state = (try? String(contentsOfFile: "/proc/\(inner)/stat", encoding: .utf8)) ?? ""
            isGone = state.isEmpty || state.contains(") Z ")
        }
        #expect(isGone)
    }
}

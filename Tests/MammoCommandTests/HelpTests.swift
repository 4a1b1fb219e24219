import TestSupport
import Testing

@Suite("Help", .timeLimit(.minutes(10)))
struct HelpTests {
    @Test(
        "Leads with examples",
        arguments: ["split", "preprocess", "inspect", "grid", "infer", "score", "pack", "doctor"])
    func examples(_ command: String) throws {
        let run = try Tool.run([command, "--help"])
        #expect(run.status == 0 && run.error.isEmpty)
        let examples = try #require(run.output.range(of: "EXAMPLES"))
        let usage = try #require(run.output.range(of: "USAGE"))
        #expect(examples.lowerBound < usage.lowerBound)
        #expect(run.output.contains("mammo \(command) --"))
    }

    @Test("The command line by itself names the subcommands")
    func bare() throws {
        let run = try Tool.run([])
        for name in ["split", "preprocess", "inspect", "grid", "weights", "infer", "score", "pack", "doctor"] {
            #expect(run.output.contains("  \(name) "))
        }
        let version = try Tool.run(["--version"]).output
        #expect(
            version.wholeMatch(
                of: /mammo 0\.1\.0, commit (unknown|[0-9a-f]{12})\+?, (avx-512|avx2|portable) kernels\n/) != nil)
        let unknown = try Tool.run(["preproces"])
        #expect(unknown.status == 64)
    }
}

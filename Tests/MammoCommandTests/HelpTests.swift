import TestSupport
import Testing

@Suite("Help")
struct HelpTests {
    @Test("Leads with examples", arguments: ["split", "preprocess", "inspect", "grid", "infer", "score"])
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
        for name in ["split", "preprocess", "inspect", "grid", "weights", "infer", "score"] {
            #expect(run.output.contains("  \(name) "))
        }
        #expect(try Tool.run(["--version"]).output == "0.1.0\n")
        let unknown = try Tool.run(["preproces"])
        #expect(unknown.status == 64)
    }
}

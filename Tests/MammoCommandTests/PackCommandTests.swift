import MammoData
import TestSupport
import Testing

@Suite("mammo pack", .timeLimit(.minutes(10)))
struct PackCommandTests {
    @Test("A run that is not there is named in one line; the others are packed, with status 3")
    func missing() throws {
        let scratch = try TemporaryFolder()
        let (run, gone, out) = ("\(scratch.path)/run", "\(scratch.path)/gone", "\(scratch.path)/out.zip")
        let alone = try Tool.run(["pack", gone, "--out", out])
        #expect(alone.status == 1 && alone.output.isEmpty)
        #expect(
            alone.error == "mammo pack: \(gone): cannot be read: no such folder; expected the --out of a mammo train\n")
        #expect(try scratch.names().isEmpty)
        try Files.makeFolder(run)
        try Files.write(Array("epochs: 1\n".utf8), to: "\(run)/config.yaml")
        try Files.write([1], to: "\(run)/last.checkpoint")
        let both = try Tool.run(["pack", run, gone, "--out", out])
        #expect(both.status == 3 && both.error.contains("\(gone): cannot be read"))
        #expect(both.error.contains("warning: \(run): no best.safetensors yet"))
        #expect(both.output.hasPrefix("run: 1 file; left out: last.checkpoint\n1 run, 1 file of 10 bytes in \(out)"))
        let json = try Tool.run(["pack", run, "--out", out, "--json"])
        #expect(json.status == 0)
        #expect(json.output.hasPrefix(#"{"archive":"\#(out)","bytes":10,"failed":0,"files":1,"runs":["run"],"#))
        #expect(try Tool.run(["pack", run, "--out", "\(run)/config.yaml"]).status == 64)
    }
}

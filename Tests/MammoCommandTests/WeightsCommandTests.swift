import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

@Suite("mammo weights", .timeLimit(.minutes(10)))
struct WeightsCommandTests {
    @Test("Says format, size and network; goes on past what cannot be read")
    func report() throws {
        let files = [Fixtures.path("micro/weights.pth"), Fixtures.path("weights/legacy.pth")]
        let run = try Tool.run(["weights"] + files)
        #expect(run.status == 3)
        #expect(run.output.contains("weights.pth: torch, 65 tensors, 72105 parameters, F32"))
        #expect(run.output.contains("  ConvNeXt micro, head of one logit"))
        #expect(run.error.contains("before version 1.6"))
        let listed = try Tool.run(["weights", "--tensors", files[0]])
        #expect(listed.output.contains("features.1.0.block.0.weight") && listed.output.contains("8×1×7×7"))
        let json = try Tool.run(["weights", "--json", files[0]])
        #expect(json.output.contains("\"architecture\":\"micro\"") && json.output.contains("\"outputs\":1"))
        let foreign = try Tool.run(["weights", Fixtures.path("weights/expected.safetensors")])
        #expect(foreign.status == 1 && foreign.error.contains("fits no ConvNeXt"))
        #expect(foreign.output.contains("7 tensors"))
    }

    @Test("Converts, with a new head where that is asked for")
    func convert() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("micro/weights.pth")
        let run = try Tool.run(["weights", source, "--out", "\(folder.path)/a.safetensors"])
        #expect(run.status == 0)
        let (before, after) = (
            try ModelWeights(try WeightsFile(path: source)),
            try ModelWeights(try WeightsFile(path: "\(folder.path)/a.safetensors"))
        )
        for parameter in before.architecture.parameters {
            #expect(before.values(of: parameter.name) == after.values(of: parameter.name))
        }
        let begun = try Tool.run(
            [
                "weights", source, "--new-head", "--seed", "5", "--size", "96x48", "--out",
                "\(folder.path)/b.safetensors",
            ])
        #expect(begun.status == 0)
        let new = try ModelWeights(try WeightsFile(path: "\(folder.path)/b.safetensors"))
        #expect(new.values(of: "classifier.2.weight") == LinearInitialisation(inputs: 64, outputs: 1, seed: 5).weights)
        #expect(new.metadata.preprocessing?.rows == 96)
        #expect(try Tool.run(["weights", source, "--new-head"]).status == 64)
        #expect(try Tool.run(["weights", source, source, "--out", "x"]).status == 64)
    }
}

import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

@Suite("mammo weights", .timeLimit(.minutes(10)))
struct WeightsCommandTests {
    @Test("Says format, size and network; goes on past what cannot be read")
    func report() throws {
        let files = [Fixtures.path("micro/weights.pth"), Fixtures.path("networks/digests.csv")]
        let run = try Tool.run(["weights"] + files)
        #expect(run.status == 3)
        #expect(run.output.contains("weights.pth: torch, 65 tensors, 72105 parameters, F32"))
        #expect(run.output.contains("  ConvNeXt micro, head of one logit"))
        #expect(run.error.contains("digests.csv: neither a safetensors file nor"))
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

    @Test("A checkpoint's averages or the others become a .pth, and what was used is said")
    func checkpoint() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("checkpoints/timm-last.pth.tar")
        for (option, used) in [([], "state_dict_ema"), (["--no-ema"], "state_dict")] {
            let path = "\(folder.path)/\(used).pth"
            let run = try Tool.run(["weights", source, "--out", path] + option)
            #expect(run.status == 0 && run.output.contains(": \(used);"), "\(run.output)")
            let (read, expected) = (
                try ModelWeights(try WeightsFile(path: path)),
                try ModelWeights(try WeightsFile(path: source), ema: option == [])
            )
            #expect(read.metadata.architecture == "micro" && read.metadata.normalisation?.mean == [0.4, 0.5, 0.6])
            for entry in read.architecture.entries {
                #expect(read.values(of: entry.name) == expected.values(of: entry.name))
            }
        }
        let json = try Tool.run(["weights", "--json", source])
        #expect(json.output.contains("\"notes\":[\"uses the averaged weights: state_dict_ema; --no-ema"))
    }

    @Test("The mean of several files, in double precision, with their hashes")
    func average() throws {
        let folder = try TemporaryFolder()
        let out = "\(folder.path)/mean.safetensors"
        for name in ["micro", "efficientnet_micro"] {
            let sources = try (0..<3).map { number in
                let weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
                var metadata = weights.completeMetadata
                (metadata.threshold, metadata.others) = (0.25, ["epoch": "\(number)", "fold": "2"])
                let tensors = weights.tensors.map { tensor in
                    SafetensorsWriter.Tensor(
                        name: tensor.name, shape: tensor.shape,
                        values: tensor.values.map {
                            tensor.isInteger ? Float(number) : $0 * Float(1 + number * number)
                        },
                        isInteger: tensor.isInteger)
                }
                let path = "\(folder.path)/\(name)\(number).safetensors"
                try SafetensorsWriter.write(tensors, metadata: metadata.texts, to: path)
                return try ModelWeights(try WeightsFile(path: path))
            }
            let run = try Tool.run(["weights", "--average"] + sources.map(\.file.path) + ["--out", out])
            #expect(run.status == 0 && run.error.contains("is the mean of 3 files"), "\(run.error)")
            #expect(run.error.contains("running means and variances are averaged") == (name != "micro"))
            let mean = try ModelWeights(try WeightsFile(path: out))
            for entry in mean.architecture.entries {
                let parts = sources.map { $0.values(of: entry.name) }
                let expected = parts[0].indices.map { place in
                    entry.role == .counter
                        ? parts[0][place] : Float(parts.reduce(0.0) { $0 + Double($1[place]) } / 3)
                }
                #expect(mean.values(of: entry.name) == expected, "\(entry.name)")
            }
            #expect(mean.metadata.threshold == nil && mean.metadata.normalisation != nil)
            #expect(
                mean.metadata.others == ["fold": "2", "averaged": sources.map(\.file.digest).joined(separator: ",")])
        }
        let (micro, other) = (
            Fixtures.path("micro/weights.pth"), Fixtures.path("efficientnet_micro/weights.safetensors")
        )
        let refused = try Tool.run(["weights", "--average", micro, other, "--out", out])
        #expect(refused.status == 1)
        #expect(
            refused.error.contains("\(other): features.0.0.weight is 8x3x3x3, expected 8x3x4x4 as in \(micro)"),
            "\(refused.error)")
        for wrong in [[micro, "--out", out], [micro, micro], [micro, micro, "--out", "\(folder.path)/m.onnx"]] {
            #expect(try Tool.run(["weights", "--average"] + wrong).status == 64)
        }
    }

    @Test("A network without a head is written with a new one, and not without")
    func backbone() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("checkpoints/timm-backbone.pth")
        let shown = try Tool.run(["weights", source])
        #expect(shown.status == 0 && shown.output.contains("ConvNeXt micro, no head"))
        let refused = try Tool.run(["weights", source, "--out", "\(folder.path)/a.pth"])
        #expect(refused.status == 1 && refused.error.contains("--new-head"))
        #expect(try Tool.run(["weights", source, "--new-head", "--out", "\(folder.path)/a.pth"]).status == 0)
        #expect(try ModelWeights(try WeightsFile(path: "\(folder.path)/a.pth")).hasHead)
    }

    @Test("Exports to ONNX, with what was asked for recorded; other extensions are refused")
    func export() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("efficientnet_micro/weights.safetensors")
        let path = "\(folder.path)/model.onnx"
        let run = try Tool.run(["weights", source, "--size", "96x48", "--out", path])
        #expect(run.status == 0 && run.error == "mammo weights: wrote \(path)\n", "\(run.error)")
        let model = try ONNXFile(path: path)
        #expect(model.metadata["architecture"] == "efficientnet_micro" && model.metadata["size"] == "96x48")
        #expect(model.metadata["weights_sha256"] == (try WeightsFile(path: source)).digest)
        for name in ["model.pt", "model.ckpt", "model", "onnx"] {
            let refused = try Tool.run(["weights", source, "--out", "\(folder.path)/\(name)"])
            #expect(refused.status == 64)
            #expect(
                refused.error.contains("expected a name that ends in .safetensors, .pth or .onnx"), "\(refused.error)")
        }
        let foreign = Fixtures.path("weights/expected.safetensors")
        let misfit = try Tool.run(["weights", foreign, "--out", "\(folder.path)/b.onnx"])
        #expect(misfit.status == 1 && misfit.error.contains("fits no ConvNeXt"))
        let closed = try Tool.run(["weights", source, "--out", "\(folder.path)/missing/model.onnx"])
        #expect(closed.status == 1 && closed.error.contains("missing/model.onnx: cannot be written"))
        #expect(try Tool.run(["weights", source, source, "--out", path]).status == 64)
        #expect(try folder.names() == ["model.onnx"])
    }
}

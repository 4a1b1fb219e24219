import MammoData
import MammoNet
import TestSupport
import Testing

@Suite("Files that are no weights")
struct FileKindTests {
    private static func said(_ bytes: [UInt8]) -> String {
        do {
            _ = try WeightsFile(bytes, path: "w")
            return "read"
        } catch { return "\(error)" }
    }

    @Test(
        "Each is named, with what to do",
        arguments: [
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 114374272\n",
                "w: is a Git LFS pointer for a file of 114374272 bytes; fetch the file itself: git lfs pull"
            ),
            ("\n <!DOCTYPE html>\n<html><body>Sign in</body></html>", "w: is an HTML page; the download gave a page"),
            ("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "w: is an XML text"),
            ("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {}}", "w: is the index of weights in several files"),
            ("{\"architecture\": \"convnext_tiny\"}", "w: is a JSON text"), ("", "w: is empty"),
            ("GGUF\u{3}\0\0\0........", "w: is a GGUF file"), ("\u{1}\u{2}\u{3}", "w: neither"),
        ])
    func texts(_ text: String, _ expected: String) {
        let said = Self.said(Array(text.utf8))
        #expect(said.hasPrefix(expected) && !said.contains("\n"), "\(said)")
    }

    @Test(
        "So are those with bytes for a beginning",
        arguments: [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], "an HDF5 file"), ([0x1F, 0x8B, 8, 0], "gzip"),
            ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0], "NumPy's .npy"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd"),
            ([8, 9, 0x12, 5, 0x6D, 0x61, 0x6D, 0x6D, 0x6F, 0x42], "an ONNX file"),
            ([0x80, 4, 0x95, 2, 0, 0, 0, 0, 0, 0, 0, 0x4E, 0x2E], "a pickle that torch.save has not written"),
        ] as [([UInt8], String)])
    func bytes(_ bytes: [UInt8], _ expected: String) { #expect(Self.said(bytes).contains(expected)) }

    @Test("Our own ONNX files are named too")
    func onnx() throws {
        let folder = try TemporaryFolder()
        let weights = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        try ONNXExporter.write(weights, to: "\(folder.path)/m.onnx")
        #expect(Self.said(try Files.read("\(folder.path)/m.onnx")).contains("an ONNX file"))
    }

    @Test(
        "The kind of a zip archive is detected by its members",
        arguments: [
            (
                ["m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"],
                "is TorchScript; in Python: torch.save(torch.jit.load("
            ),
            (["m/archive_format", "m/models/model.json"], "a program of torch.export"),
            (["config.json", "model.weights.h5"], "a Keras file"), (["a.npy", "b.npy"], "NumPy's .npz"),
            (["runs/best.pth"], "a zip archive around weights"), (["word/document.xml"], "no data.pkl"),
        ])
    func zips(_ names: [String], _ expected: String) throws {
        let folder = try TemporaryFolder()
        let archive = try ZipWriter(path: "\(folder.path)/a.zip")
        for name in names { try archive.add([1, 2, 3], as: name) }
        try archive.finish()
        let said = Self.said(try Files.read("\(folder.path)/a.zip"))
        #expect(said.contains(expected), "\(said)")
    }

    @Test(
        "Other networks are named by an entry",
        arguments: [
            ("layer1.0.conv1.weight", "ResNet"), ("model.layer1.0.conv1.weight", "ResNet"),
            ("blocks.0.attn.qkv.weight", "ViT"), ("layers.0.blocks.0.attn.relative_position_bias_table", "Swin"),
            ("features.denseblock1.denselayer1.norm1.weight", "DenseNet"),
            ("features.1.conv.0.0.weight", "MobileNet V2"),
            ("stages.0.blocks.0.mlp.grn.weight", "ConvNeXt V2"),
        ])
    func networks(_ entry: String, _ network: String) throws {
        let tensors = [SafetensorsWriter.Tensor(name: entry, shape: [2], values: [1, 2])]
        let file = try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: [:]), path: "w")
        #expect {
            _ = try ModelWeights(file)
        } throws: {
            "\($0)".hasPrefix("w: is a \(network)") && "\($0)".contains(entry)
        }
    }
}

import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

@Suite("Architectures")
struct CatalogueTests {
    @Test("Names and shapes are those of torchvision's state dict")
    func micro() throws {
        let file = try WeightsFile(path: Fixtures.path("micro/weights.pth"))
        let parameters = try #require(Network.named("micro")).entries
        #expect(parameters.map(\.name) == file.tensors.map(\.name))
        #expect(parameters.map(\.shape) == file.tensors.map(\.shape))
    }

    /// torchvision's own figures, `ConvNeXt_*_Weights.meta["num_params"]`.
    @Test(
        "As many parameters as torchvision counts",
        arguments: [("tiny", 28_589_128), ("small", 50_223_688), ("base", 88_591_464), ("large", 197_767_336)])
    func counts(_ name: String, _ count: Int) throws {
        let architecture = try #require(Network.named(name)).with(outputs: 1000)
        #expect(architecture.parameters.reduce(0) { $0 + $1.count } == count)
    }

    @Test("torchvision's builders name the same networks")
    func builders() {
        #expect(Network.named("convnext_tiny") == Network.named("tiny") && Network.named("convnext_tiny") != nil)
        #expect(Network.named("convnext_efficientnet_b0") == nil && Network.named("") == nil)
    }

    /// A line of Fixtures/networks/NAME.txt.
    private func line(_ entry: ParameterSpec) -> String {
        let shape = entry.shape.isEmpty ? "-" : entry.shape.map(String.init).joined(separator: "x")
        return
            "\(entry.name) \(shape) \(entry.isTrained ? "p float32" : entry.role == .counter ? "b int64" : "b float32")"
    }

    @Test("EfficientNets have torchvision's state dicts, name by name in order")
    func efficientNets() throws {
        let rows = try Fixtures.table("networks/digests.csv")
        #expect(Set(rows.compactMap { $0["name"] }).count == 11)
        for row in rows {
            let (name, classes) = (try #require(row["name"]), try #require(row["classes"].flatMap { Int($0) }))
            let network = try #require(Network.named(name)).with(outputs: classes)
            let text = network.entries.map { line($0) + "\n" }.joined()
            #expect(SHA256Digest.hex(of: Array(text.utf8)) == row["sha256"], "\(name), \(classes) classes")
            #expect("\(network.parameters.count)" == row["parameters"], "\(name)")
        }
    }

    @Test(
        "Names of timm's and lukemelas's EfficientNets are refused where nothing says which network it is",
        arguments: [
            ("conv_stem.weight", "w: has timm's names of an EfficientNet"),
            ("_conv_stem.weight", "w: _conv_stem.weight is a name of EfficientNet-PyTorch's networks"),
        ])
    func foreignNames(_ name: String, _ reason: String) throws {
        let tensors = [
            SafetensorsWriter.Tensor(name: name, shape: [32, 3, 3, 3], values: .init(repeating: 0, count: 864))
        ]
        let file = try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: [:]), path: "w")
        #expect {
            _ = try ModelWeights(file)
        } throws: {
            "\($0)".hasPrefix(reason) && "\($0)".contains("expected ")
        }
    }
}

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
}

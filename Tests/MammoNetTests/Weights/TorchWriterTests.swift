import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// That torch reads them is Scripts/compare checkpoints' to check.
@Suite("Files for torch.load")
struct TorchWriterTests {
    @Test("What is written is read again, with what it says of itself; and the same twice")
    func written() throws {
        let folder = try TemporaryFolder()
        for name in ["micro", "efficientnet_micro"] {
            let weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
            let paths = ["\(folder.path)/a.pth", "\(folder.path)/b.pth"]
            for path in paths {
                try TorchWriter.write(weights.tensors, metadata: weights.completeMetadata.texts, to: path)
            }
            #expect(try Files.read(paths[0]) == Files.read(paths[1]))
            let file = try WeightsFile(path: paths[0])
            #expect(file.format == .torch && file.metadata == weights.completeMetadata.texts)
            #expect(file.tensors.map(\.name) == weights.architecture.entries.map(\.name))
            #expect(file.tensors.map(\.shape) == weights.architecture.entries.map(\.shape))
            let read = try ModelWeights(file)
            for entry in weights.architecture.entries {
                #expect(read.values(of: entry.name) == weights.values(of: entry.name))
            }
            #expect(read.metadata == weights.completeMetadata)
        }
    }

    @Test("Values lie at multiples of 64 bytes")
    func aligned() throws {
        let folder = try TemporaryFolder()
        let values = (0..<5).map { Float(1000 + $0) }
        let tensors = (1...5).map { count in
            SafetensorsWriter.Tensor(name: "t\(count)", shape: [count], values: Array(values.prefix(count)))
        }
        try TorchWriter.write(tensors, metadata: [:], to: "\(folder.path)/a.pth")
        let bytes = try Files.read("\(folder.path)/a.pth")
        let first = withUnsafeBytes(of: values[0]) { [UInt8]($0) }
        let places = bytes.indices.dropLast(4).filter { bytes[$0..<$0 + 4].elementsEqual(first) }
        #expect(places.count == 5 && places.allSatisfy { $0.isMultiple(of: 64) }, "\(places)")
    }
}

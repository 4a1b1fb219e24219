import MammoData
import MammoNet
import TestSupport
import Testing

@Suite("Weights files")
struct WeightsFileTests {
    private static func file(_ name: String) throws -> WeightsFile {
        try WeightsFile(path: Fixtures.path("weights/\(name)"))
    }

    private static func values(_ file: WeightsFile) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, file.values(of: $0)) })
    }

    @Test("torch's tensors, however they lie in their storages, are what Python sees")
    func torch() throws {
        let expected = try Self.file("expected.safetensors")
        let file = try Self.file("float32.pth")
        #expect(file.format == .torch)
        #expect(Self.values(file) == Self.values(expected))
        let shapes = Dictionary(uniqueKeysWithValues: expected.tensors.map { ($0.name, $0.shape) })
        for tensor in file.tensors { #expect(tensor.shape == shapes[tensor.name]) }
    }

    @Test(
        "Halves and doubles become single precision alike from both formats",
        arguments: ["float16", "bfloat16", "float64"])
    func precisions(_ name: String) throws {
        let (torch, safetensors) = (try Self.file("\(name).pth"), try Self.file("\(name).safetensors"))
        #expect(Self.values(torch) == Self.values(safetensors))
        let tolerance: Float = name == "float16" ? 1e-3 : name == "bfloat16" ? 8e-3 : 0
        for (name, values) in Self.values(try Self.file("expected.safetensors")) {
            let other = try #require(Self.values(torch)[name])
            #expect(zip(values, other).allSatisfy { abs($0 - $1) <= tolerance * abs($0) })
        }
    }

    @Test("A checkpoint around a state dict is looked into")
    func wrapped() throws {
        #expect(try Self.file("wrapped.pth").tensors.map(\.name) == ["weight", "bias"])
    }

    @Test(
        "What is no table of float tensors is refused by name",
        arguments: [
            ("whole_module.pth", "torch.nn.modules.linear.Linear"), ("legacy.pth", "before version 1.6"),
        ])
    func refused(_ name: String, _ part: String) throws {
        do {
            _ = try Self.file(name)
            Issue.record("\(name) was read")
        } catch let error as WeightsError {
            #expect(error.description.contains(part) && error.description.hasPrefix(Fixtures.path("weights")))
        }
    }

    @Test("Cut off anywhere, a file is refused", arguments: ["float16.pth", "expected.safetensors", "wrapped.pth"])
    func truncated(_ name: String) throws {
        let bytes = try Files.read(Fixtures.path("weights/\(name)"))
        for count in 0..<bytes.count {
            #expect(throws: WeightsError.self) { try WeightsFile(Array(bytes[..<count]), path: name) }
        }
    }

    @Test(
        "With any byte changed, a file is refused or read, and nothing else",
        arguments: ["float32.pth", "wrapped.pth", "float16.safetensors"])
    func mutated(_ name: String) throws {
        let bytes = try Files.read(Fixtures.path("weights/\(name)"))
        for place in bytes.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var other = bytes
                other[place] ^= change
                guard let file = try? WeightsFile(other, path: name) else { continue }
                for tensor in file.tensors { #expect(file.values(of: tensor).count == tensor.count) }
            }
        }
    }

    @Test(
        "A safetensors header that lies is refused",
        arguments: [
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
            #"{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#,
            #"{"a":"text"}"#, #"{"a":{"b":"c"}}"#, #"{"#, #"[]"#,
            #"{"a":[[[[[[1]]]]]]}"#,
        ])
    func lyingHeaders(_ header: String) throws {
        let length = [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
            for place in 0..<8 { buffer[place] = UInt8(header.utf8.count >> (8 * place) & 255) }
            count = 8
        }
        let bytes = length + header.utf8 + [UInt8](repeating: 0, count: 8)
        #expect(throws: WeightsError.self) { try WeightsFile(bytes, path: "x") }
    }

    @Test("What is written is read again, and the same twice")
    func written() throws {
        let tensors = [
            SafetensorsWriter.Tensor(name: "b", shape: [2, 1], values: [1, -.infinity]),
            SafetensorsWriter.Tensor(name: "a", shape: [], values: [0.1]),
        ]
        let bytes = SafetensorsWriter.bytes(tensors, metadata: ["key": "\"value\""])
        #expect(bytes == SafetensorsWriter.bytes(tensors, metadata: ["key": "\"value\""]))
        #expect(bytes.count % 4 == 0)
        let file = try WeightsFile(bytes, path: "x")
        #expect(file.tensors.map(\.name) == ["b", "a"] && file.metadata == ["key": "\"value\""])
        #expect(Self.values(file) == ["b": [1, -.infinity], "a": [0.1]])
    }
}

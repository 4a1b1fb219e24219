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

    @Test("A module that was saved whole is its state dict")
    func module() throws {
        let tensors = try Self.file("whole_module.pth").tensors
        #expect(tensors.map(\.name) == ["weight", "bias"] && tensors.map(\.shape) == [[1, 2], [1]])
    }

    @Test("torch's format of before 1.6 has the same tensors")
    func legacy() throws {
        let file = try Self.file("legacy.pth")
        #expect(file.format == .torch)
        #expect(Self.values(file) == Self.values(try Self.file("expected.safetensors")))
    }

    @Test("Whole numbers are read")
    func integers() throws { #expect(Self.values(try Self.file("integers.pth")) == ["a": [0, 1, 2]]) }

    @Test(
        "Cut off anywhere, a file is refused",
        arguments: ["float16.pth", "expected.safetensors", "wrapped.pth", "legacy.pth", "whole_module.pth"])
    func truncated(_ name: String) throws {
        let bytes = try Files.read(Fixtures.path("weights/\(name)"))
        for count in 0..<bytes.count {
            #expect(throws: WeightsError.self) { try WeightsFile(Array(bytes[..<count]), path: name) }
        }
    }

    @Test(
        "With any byte changed, a file is refused or read, and nothing else",
        arguments: ["float32.pth", "wrapped.pth", "float16.safetensors", "legacy.pth", "whole_module.pth"])
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
            #"{"a":"text"}"#, #"{"a":null}"#, #"{"a":{"b":"c"}}"#, #"{"#, #"[]"#,
            #"{"a":[[[[[[1]]]]]]}"#,
        ])
    func lyingHeaders(_ header: String) throws {
        #expect(throws: WeightsError.self) {
            try Self.file(header: header, values: [UInt8](repeating: 0, count: 8))
        }
    }

    private static func file(header: String, values: [UInt8]) throws -> WeightsFile {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { [UInt8]($0) }
        return try WeightsFile(length + header.utf8 + values, path: "x")
    }

    @Test("Metadata that are null are none, and types that are not read are in no one's way")
    func unusual() throws {
        let tensors =
            #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[4,6]}"#
        let file = try Self.file(header: #"{"__metadata__":null,\#(tensors)}"#, values: [0, 0, 0x80, 0x3F, 1, 2])
        #expect(file.metadata == [:] && Self.values(file) == ["a": [1]])
    }

    @Test("Metadata are read without the tensors, and a file that was cut off is refused as it is when read whole")
    func metadataAlone() throws {
        let path = Fixtures.path("micro/weights.safetensors")
        let whole = try WeightsFile(path: path)
        #expect(try WeightsFile.metadata(ofSafetensors: path) == whole.metadata)
        let folder = try TemporaryFolder()
        let cut = "\(folder.path)/cut.safetensors"
        let bytes = try Files.read(path)
        for count in [bytes.count - 1, 5000, 100, 9, 8, 0] {
            try Files.write(Array(bytes.prefix(count)), to: cut)
            #expect(throws: WeightsError.self, "\(count)") { try WeightsFile.metadata(ofSafetensors: cut) }
            #expect(throws: WeightsError.self, "\(count)") { try WeightsFile(path: cut) }
        }
        #expect(throws: DataError.self) { try WeightsFile.metadata(ofSafetensors: "\(folder.path)/none") }
        #expect(throws: WeightsError.self) {
            try WeightsFile.metadata(ofSafetensors: Fixtures.path("weights/float32.pth"))
        }
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

import MammoData

/// An ONNX file, read back: as much of onnx.proto as `mammo weights --out model.onnx` writes.
package struct ONNXFile {
    package struct Node {
        package let operation: String
        package let inputs: [String]
        package let outputs: [String]
        /// Integers by name.
        package let integers: [String: [Int]]
        /// Texts by name.
        package let texts: [String: String]
        /// Numbers by name.
        package let numbers: [String: Float]
    }

    package struct Tensor {
        package let name: String
        package let shape: [Int]
        package let values: [Float]
    }

    package let formatVersion: Int
    /// By domain.
    package let operatorSets: [String: Int]
    package let metadata: [String: String]
    package let nodes: [Node]
    package let tensors: [Tensor]
    /// Names with extents, each a number or a name.
    package let inputs: [String: [String]]
    package let outputs: [String: [String]]

    package init(path: String) throws {
        let model = try ProtobufFields(try Files.read(path)[...])
        formatVersion = try model.number(1)
        operatorSets = Dictionary(
            uniqueKeysWithValues: try model.messages(8).map { (try $0.text(1), try $0.number(2)) })
        metadata = Dictionary(uniqueKeysWithValues: try model.messages(14).map { (try $0.text(1), try $0.text(2)) })
        let graph = try model.message(7)
        nodes = try graph.messages(1).map(Self.node)
        tensors = try graph.messages(5).map(Self.tensor)
        inputs = Dictionary(uniqueKeysWithValues: try graph.messages(11).map(Self.value))
        outputs = Dictionary(uniqueKeysWithValues: try graph.messages(12).map(Self.value))
    }

    /// How many nodes there are of an operator.
    package func count(of operation: String) -> Int { nodes.filter { $0.operation == operation }.count }

    private static func node(_ node: ProtobufFields) throws -> Node {
        let attributes = try node.messages(5)
        func named<Value>(_ kind: Int, _ value: (ProtobufFields) throws -> Value) throws -> [String: Value] {
            let found = try attributes.filter { try $0.number(20) == kind }
            return Dictionary(uniqueKeysWithValues: try found.map { (try $0.text(1), try value($0)) })
        }
        let lists = try named(7) { $0.numbers(8) }
        return Node(
            operation: try node.text(4), inputs: node.texts(1), outputs: node.texts(2),
            integers: lists.merging(try named(2) { [try $0.number(3)] }) { first, _ in first },
            texts: try named(3) { try $0.text(4) },
            numbers: try named(1) { Float(bitPattern: UInt32(try $0.number(2))) })
    }

    private static func tensor(_ tensor: ProtobufFields) throws -> Tensor {
        guard try tensor.number(2) == 1, let raw = tensor.bytes(9).first, raw.count % 4 == 0 else {
            throw ProtobufFields.Malformed()
        }
        let values = Array(raw).withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
        return Tensor(name: try tensor.text(8), shape: tensor.numbers(1), values: values)
    }

    private static func value(_ value: ProtobufFields) throws -> (String, [String]) {
        let tensor = try value.message(2).message(1)
        guard try tensor.number(1) == 1 else { throw ProtobufFields.Malformed() }
        let extents = try tensor.message(2).messages(1).map { try $0.texts(2).first ?? "\($0.number(1))" }
        return (try value.text(1), extents)
    }
}

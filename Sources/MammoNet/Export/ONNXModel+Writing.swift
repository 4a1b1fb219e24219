import MammoData

// Numbers of fields and kinds are those of onnx.proto.
extension ONNXModel {
    /// Writes the file: beside first, then renamed. The same model gives the same bytes.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unwritable`.
    func write(to path: String) throws {
        // Messages say their lengths first: those of the values are known without the values' bytes.
        let heads = initialisers.map(\.head)
        let start = graph.bytes
        let count = zip(heads, initialisers).reduce(start.count) { $0 + $1.0.count + $1.1.bytes }
        var model = head
        model.announce(7, count: count)
        try Files.write(to: path) { write in
            try model.bytes.withUnsafeBytes { try write($0) }
            try start.withUnsafeBytes { try write($0) }
            for (head, initialiser) in zip(heads, initialisers) {
                try head.withUnsafeBytes { try write($0) }
                try initialiser.values.withUnsafeBytes { try write($0) }
            }
        }
    }

    /// The model but for its graph.
    private var head: ProtobufMessage {
        var model = ProtobufMessage()
        model.set(1, Self.formatVersion)
        model.set(2, "mammo".utf8)
        model.set(8) { set in
            set.set(1, "".utf8)
            set.set(2, Self.operatorSet)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            model.set(14) { entry in
                entry.set(1, key.utf8)
                entry.set(2, value.utf8)
            }
        }
        return model
    }

    /// The graph but for its values.
    private var graph: ProtobufMessage {
        var graph = ProtobufMessage()
        for node in nodes { graph.set(1, node.message.bytes) }
        graph.set(2, name.utf8)
        graph.set(11, input.message.bytes)
        graph.set(12, output.message.bytes)
        return graph
    }
}

extension ONNXModel.Node {
    fileprivate var message: ProtobufMessage {
        var node = ProtobufMessage()
        for input in inputs { node.set(1, input.utf8) }
        node.set(2, output.utf8)
        node.set(3, name.utf8)
        node.set(4, operation.utf8)
        for attribute in attributes { node.set(5, attribute.message.bytes) }
        return node
    }
}

extension ONNXModel.Attribute {
    fileprivate var message: ProtobufMessage {
        var attribute = ProtobufMessage()
        switch self {
        case .number(let name, let number):
            attribute.set(1, name.utf8)
            attribute.set(2, number)
            attribute.set(20, 1)
        case .integer(let name, let number):
            attribute.set(1, name.utf8)
            attribute.set(3, number)
            attribute.set(20, 2)
        case .text(let name, let text):
            attribute.set(1, name.utf8)
            attribute.set(4, text.utf8)
            attribute.set(20, 3)
        case .integers(let name, let numbers):
            attribute.set(1, name.utf8)
            for number in numbers { attribute.set(8, number) }
            attribute.set(20, 7)
        }
        return attribute
    }
}

extension ONNXModel.Initialiser {
    fileprivate var bytes: Int { 4 * values.count }

    /// What stands before the values' bytes: the tensor's key and length within the graph, the tensor's other fields, and
    /// the key and length of its last.
    fileprivate var head: [UInt8] {
        var tensor = ProtobufMessage()
        for extent in shape { tensor.set(1, extent) }
        tensor.set(2, 1)
        tensor.set(8, name.utf8)
        tensor.announce(9, count: bytes)
        var head = ProtobufMessage()
        head.announce(5, count: tensor.bytes.count + bytes)
        return head.bytes + tensor.bytes
    }
}

extension ONNXModel.Value {
    fileprivate var message: ProtobufMessage {
        var value = ProtobufMessage()
        value.set(1, name.utf8)
        value.set(2) { type in
            type.set(1) { tensor in
                tensor.set(1, 1)
                tensor.set(2) { shape in
                    for extent in self.shape {
                        shape.set(1) { dimension in
                            switch extent {
                            case .fixed(let count): dimension.set(1, count)
                            case .any(let name): dimension.set(2, name.utf8)
                            }
                        }
                    }
                }
            }
        }
        return value
    }
}

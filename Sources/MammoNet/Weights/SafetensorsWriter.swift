import FoundationEssentials
import MammoData

/// Writes safetensors files that Python's `safetensors.torch.load_file` gives straight to `load_state_dict`.
public enum SafetensorsWriter {
    /// A tensor to write.
    public struct Tensor: Sendable {
        /// The name it is to have.
        public let name: String
        /// As PyTorch has it.
        public let shape: [Int]
        /// The last extent's next to each other.
        public let values: [Float]

        /// A tensor of single precision.
        ///
        /// - Parameters:
        ///   - name: The name it is to have.
        ///   - shape: As PyTorch has it.
        ///   - values: As many as the shape says.
        public init(name: String, shape: [Int], values: [Float]) {
            precondition(values.count == shape.reduce(1, *), "\(name): another number of values than its shape")
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    /// What a tensor is, without its values.
    public struct Entry: Sendable {
        /// The name it is to have.
        public let name: String
        /// As PyTorch has it.
        public let shape: [Int]

        /// What a tensor is.
        ///
        /// - Parameters:
        ///   - name: The name it is to have.
        ///   - shape: As PyTorch has it.
        public init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }

        var count: Int { shape.reduce(1, *) }
    }

    private struct Place: Encodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    private enum Value: Encodable {
        case tensor(Place)
        case texts([String: String])

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .tensor(let place): try place.encode(to: encoder)
            case .texts(let texts): try texts.encode(to: encoder)
            }
        }
    }

    /// The bytes of a file: the same tensors and metadata give the same bytes.
    ///
    /// - Parameters:
    ///   - tensors: In the order they are to lie in the file.
    ///   - metadata: What the file says of itself.
    /// - Returns: Length, header, values.
    public static func bytes(_ tensors: [Tensor], metadata: [String: String]) -> [UInt8] {
        var bytes = header(tensors.map { Entry(name: $0.name, shape: $0.shape) }, metadata: metadata)
        bytes.reserveCapacity(bytes.count + tensors.reduce(0) { $0 + 4 * $1.values.count })
        for tensor in tensors { tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// What stands before the values.
    private static func header(_ entries: [Entry], metadata: [String: String]) -> [UInt8] {
        var header: [String: Value] = metadata.isEmpty ? [:] : ["__metadata__": .texts(metadata)]
        var end = 0
        for entry in entries {
            let place = Place(dtype: "F32", shape: entry.shape, data_offsets: [end, end + 4 * entry.count])
            header[entry.name] = .tensor(place)
            end += 4 * entry.count
        }
        precondition(header.count == entries.count + (metadata.isEmpty ? 0 : 1), "two tensors of one name")
        var json = Array(JSONText.line(header).utf8)
        // The values begin at a multiple of eight bytes, as the reference implementation puts them.
        json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    }

    /// Writes a file: beside first, then renamed.
    ///
    /// - Parameters:
    ///   - tensors: In the order they are to lie in the file.
    ///   - metadata: What the file says of itself.
    ///   - path: The file.
    /// - Throws: `DataError.unwritable`.
    public static func write(
        _ tensors: [Tensor], metadata: [String: String], to path: String
    ) throws(DataError) {
        try Files.write(bytes(tensors, metadata: metadata), to: path)
    }

    /// Writes a file whose tensors are not all in memory at a time: beside first, then renamed.
    ///
    /// - Parameters:
    ///   - entries: In the order they are to lie in the file.
    ///   - metadata: What the file says of itself.
    ///   - path: The file.
    ///   - values: Gives the values of each, in order.
    /// - Throws: `DataError.unwritable`, and what `values` throws.
    public static func write(
        _ entries: [Entry], metadata: [String: String], to path: String, values: (Entry) throws -> [Float]
    ) throws {
        try Files.write(to: path) { write in
            try header(entries, metadata: metadata).withUnsafeBytes { try write($0) }
            for entry in entries {
                let values = try values(entry)
                precondition(values.count == entry.count, "\(entry.name): another number of values than its shape")
                try values.withUnsafeBytes { try write($0) }
            }
        }
    }
}

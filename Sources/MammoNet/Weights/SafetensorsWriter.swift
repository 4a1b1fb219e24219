import FoundationEssentials
import MammoData
import MammoGraph

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
        /// Whether the values are written as 64-bit integers; otherwise in single precision.
        public let isInteger: Bool

        /// A tensor.
        ///
        /// - Parameters:
        ///   - name: The name it is to have.
        ///   - shape: As PyTorch has it.
        ///   - values: As many as the shape says.
        ///   - isInteger: Whether the values are written as 64-bit integers.
        public init(name: String, shape: [Int], values: [Float], isInteger: Bool = false) {
            precondition(values.count == shape.reduce(1, *), "\(name): another number of values than its shape")
            self.name = name
            self.shape = shape
            self.values = values
            self.isInteger = isInteger
        }

        /// The values as a file has them.
        func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
            try SafetensorsWriter.withBytes(of: values, isInteger, body)
        }

        /// An entry of a network's state dict with its values.
        ///
        /// - Parameters:
        ///   - entry: Name, shape and role.
        ///   - values: As many as the shape says.
        public init(_ entry: ParameterSpec, values: [Float]) {
            self.init(name: entry.name, shape: entry.shape, values: values, isInteger: entry.role == .counter)
        }
    }

    /// What a tensor is, without its values.
    public struct Entry: Sendable {
        /// The name it is to have.
        public let name: String
        /// As PyTorch has it.
        public let shape: [Int]
        /// Whether the values are written as 64-bit integers; otherwise in single precision.
        public let isInteger: Bool

        /// What a tensor is.
        ///
        /// - Parameters:
        ///   - name: The name it is to have.
        ///   - shape: As PyTorch has it.
        ///   - isInteger: Whether the values are written as 64-bit integers.
        public init(name: String, shape: [Int], isInteger: Bool = false) {
            (self.name, self.shape, self.isInteger) = (name, shape, isInteger)
        }

        /// An entry of a network's state dict.
        ///
        /// - Parameter entry: Name, shape and role.
        public init(_ entry: ParameterSpec) {
            self.init(name: entry.name, shape: entry.shape, isInteger: entry.role == .counter)
        }

        /// Bytes of its values.
        var bytes: Int { (isInteger ? 8 : 4) * count }

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
        let entries = tensors.map { Entry(name: $0.name, shape: $0.shape, isInteger: $0.isInteger) }
        var bytes = header(entries, metadata: metadata)
        bytes.reserveCapacity(bytes.count + entries.reduce(0) { $0 + $1.bytes })
        for tensor in tensors { tensor.withBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// What stands before the values.
    private static func header(_ entries: [Entry], metadata: [String: String]) -> [UInt8] {
        var header: [String: Value] = metadata.isEmpty ? [:] : ["__metadata__": .texts(metadata)]
        var end = 0
        for entry in entries {
            let type = entry.isInteger ? ElementType.int64 : .float32
            let place = Place(dtype: type.rawValue, shape: entry.shape, data_offsets: [end, end + entry.bytes])
            header[entry.name] = .tensor(place)
            end += entry.bytes
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
                try withBytes(of: values, entry.isInteger) { try write($0) }
            }
        }
    }

    /// Values as a file has them.
    fileprivate static func withBytes(
        of values: [Float], _ isInteger: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        if isInteger {
            try values.map { Int64($0).littleEndian }.withUnsafeBytes(body)
        } else {
            try values.withUnsafeBytes(body)
        }
    }
}

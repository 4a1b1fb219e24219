import MammoData

/// A file of named tensors, read whole; values are taken out of it one tensor at a time.
public struct WeightsFile: Sendable {
    /// What kinds of files are read.
    public enum Format: String, Sendable {
        /// Hugging Face's safetensors.
        case safetensors
        /// What torch.save writes: a pickle and storages.
        case torch
    }

    /// A tensor, and where in the file its values lie.
    public struct Entry: Equatable, Sendable {
        /// As the file has it.
        public let name: String
        /// As PyTorch has it: outputs first; empty for a single value.
        public let shape: [Int]
        /// How its values are stored.
        public let type: ElementType
        /// Of the first value, from the file's beginning, in bytes.
        let offset: Int
        /// From one index of an extent to the next, in values.
        let strides: [Int]

        /// How many values it has.
        public var count: Int { shape.reduce(1, *) }
    }

    /// Where it was read from.
    public let path: String
    /// Its kind.
    public let format: Format
    /// Texts that the file has for its readers; of torch's files, those of `TorchWriter`.
    public let metadata: [String: String]
    /// In the file's order; of torch's files, those of the state dict that is first in `TableOrder`.
    public let tensors: [Entry]
    /// What it says of itself beside its tensors; nothing for safetensors.
    package let facts: CheckpointFacts
    /// Its state dicts, in the order of `TableOrder`.
    let tables: [TensorTable]
    /// SHA-256 of the file, in hexadecimal; computed whenever it is asked for.
    public var digest: String { SHA256Digest.hex(of: bytes) }
    private let bytes: [UInt8]

    /// Reads a file and checks all that it says of itself.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unreadable`; `WeightsError.damaged` and `.unsupported`.
    public init(path: String) throws {
        // A checkpoint has a multiple of its network's size; a device has no size, and may be endless.
        let limit = max(1 << 30, Files.status(of: path)?.bytes ?? 0)
        try self.init(try Files.read(path, limit: limit), path: path)
    }

    /// The texts that a safetensors file has for its readers, without its tensors' values.
    ///
    /// - Parameter path: The file.
    /// - Returns: As `metadata` of the file.
    /// - Throws: `DataError.unreadable`; `WeightsError.damaged` and `.unsupported`.
    package static func metadata(ofSafetensors path: String) throws -> [String: String] {
        try SafetensorsHeader.read(fileAt: path).metadata ?? [:]
    }

    package init(_ bytes: [UInt8], path: String) throws(WeightsError) {
        self.path = path
        self.bytes = bytes
        let contents: Contents
        if bytes.starts(with: ZipArchive.signature) {
            format = .torch
            contents = try TorchCheckpoint.read(zip: bytes, path)
        } else if TorchCheckpoint.isLegacy(bytes) {
            format = .torch
            contents = try TorchCheckpoint.read(legacy: bytes, path)
        } else {
            format = .safetensors
            if SafetensorsHeader.begins(bytes, ofSize: bytes.count) == false, let kind = FileKind.of(bytes) {
                throw kind.refusal(path)
            }
            contents = try SafetensorsHeader.read(bytes, ofSize: bytes.count, path)
        }
        let texts = contents.metadata ?? [:]
        tables = TableOrder.sorted(RunCheckpoint.tables(of: contents.tables, texts) ?? contents.tables)
        tensors = (contents.metadata == nil ? tables : contents.tables).first?.tensors ?? []
        metadata = contents.metadata ?? tables.first?.metadata ?? [:]
        facts = contents.facts
    }

    /// What a reader finds.
    struct Contents {
        var tables: [TensorTable]
        /// Of the whole file; nil where only its tables have some.
        var metadata: [String: String]?
        var facts = CheckpointFacts()
    }

    /// A tensor's values, the last extent's next to each other.
    ///
    /// - Parameter entry: One of `tensors`.
    /// - Returns: `entry.count` values.
    public func values(of entry: Entry) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: entry.count) { out, count in
                count = entry.count
                if entry.isPacked {
                    for number in 0..<count {
                        out[number] = entry.type.value(bytes, at: entry.offset + number * entry.type.size)
                    }
                    return
                }
                var index = [Int](repeating: 0, count: entry.shape.count)
                var place = entry.offset
                for number in 0..<entry.count {
                    out[number] = entry.type.value(bytes, at: place)
                    // The next index, the last extent turning fastest.
                    var extent = entry.shape.count - 1
                    while extent >= 0 {
                        index[extent] += 1
                        place += entry.strides[extent] * entry.type.size
                        if index[extent] < entry.shape[extent] { break }
                        place -= index[extent] * entry.strides[extent] * entry.type.size
                        index[extent] = 0
                        extent -= 1
                    }
                }
            }
        }
    }
}

extension WeightsFile.Entry {
    /// A tensor whose values lie one after another.
    init(name: String, shape: [Int], type: ElementType, offset: Int) {
        self.init(name: name, shape: shape, type: type, offset: offset, strides: Self.packedStrides(of: shape))
    }

    /// The strides of values that lie one after another.
    static func packedStrides(of shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for extent in strides.indices.dropLast().reversed() {
            strides[extent] = strides[extent + 1] * shape[extent + 1]
        }
        return strides
    }

    /// Whether the values lie one after another.
    var isPacked: Bool {
        self == WeightsFile.Entry(name: name, shape: shape, type: type, offset: offset)
    }

    /// The number of values of a shape that a file names; nil where an extent is below zero or their product is beyond
    /// what any file holds.
    static func count(of shape: [Int]) -> Int? {
        guard shape.count <= 8 else { return nil }
        var count = 1
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= 1 << 40 else { return nil }
            count = product
        }
        return count
    }
}

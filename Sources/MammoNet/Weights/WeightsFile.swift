import MammoData

/// A file of named tensors, read whole; values are taken out of it one tensor at a time.
public struct WeightsFile: Sendable {
    /// What kinds of files are read.
    public enum Format: String, Sendable {
        /// Hugging Face's safetensors.
        case safetensors
        /// torch.save's zip archive of a pickle and storages.
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
    /// What the file says of itself; nothing for torch's.
    public let metadata: [String: String]
    /// In the file's order.
    public let tensors: [Entry]
    /// SHA-256 of the file, in hexadecimal; computed whenever it is asked for.
    public var digest: String { SHA256Digest.hex(of: bytes) }
    /// What a checkpoint of timm's training program says of its network.
    let timm: TimmDescription?
    private let bytes: [UInt8]

    /// Reads a file and checks all that it says of itself.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unreadable`; `WeightsError.damaged` and `.unsupported`.
    public init(path: String) throws {
        try self.init(try Files.read(path), path: path)
    }

    package init(_ bytes: [UInt8], path: String) throws(WeightsError) {
        self.path = path
        self.bytes = bytes
        let contents: Contents
        if bytes.starts(with: ZipArchive.signature) {
            format = .torch
            contents = try TorchCheckpoint.contents(of: bytes, path)
        } else if bytes.starts(with: TorchCheckpoint.legacySignature) {
            throw .unsupported(
                path: path,
                reason: "torch's format of before version 1.6; load it in Python and torch.save it again")
        } else {
            format = .safetensors
            contents = try SafetensorsHeader.read(bytes, path)
        }
        tensors = contents.tensors
        metadata = contents.metadata
        timm = contents.timm
    }

    /// What a reader finds.
    struct Contents {
        var tensors: [Entry]
        var metadata: [String: String]
        var timm: TimmDescription?
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
        var strides = [Int](repeating: 1, count: shape.count)
        for extent in strides.indices.dropLast().reversed() {
            strides[extent] = strides[extent + 1] * shape[extent + 1]
        }
        self.init(name: name, shape: shape, type: type, offset: offset, strides: strides)
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

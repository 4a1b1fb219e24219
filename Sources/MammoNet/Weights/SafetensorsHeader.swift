import FoundationEssentials
import MammoData

/// The head of a safetensors file: eight bytes of length, then JSON that names each tensor's type, shape and place.
/// https://github.com/huggingface/safetensors, "Format".
enum SafetensorsHeader {
    /// A hundred thousand tensors' worth, more than any network has. The reference implementation takes 100 MB.
    static let mostBytes = 16_000_000

    private struct Tensor: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    private enum Value: Decodable {
        case tensor(Tensor)
        /// nil: null, as some writers have for no metadata.
        case texts([String: String]?)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .texts(nil)
            } else if let tensor = try? container.decode(Tensor.self) {
                self = .tensor(tensor)
            } else {
                self = .texts(try container.decode([String: String].self))
            }
        }
    }

    /// Whether a file begins with a length and an opening brace.
    ///
    /// - Parameters:
    ///   - bytes: The file, or its first nine bytes or more.
    ///   - size: Bytes of the whole file.
    /// - Returns: nil where it does, and the length is more than the file has.
    static func begins(_ bytes: [UInt8], ofSize size: Int) -> Bool? {
        guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return false }
        let length = Self.length(bytes)
        guard length <= UInt64(mostBytes) else { return false }
        return length <= UInt64(size - 8) ? true : nil
    }

    /// What a file says of its tensors, read without their values.
    ///
    /// - Parameter path: A safetensors file.
    /// - Returns: Its tensors' places and its metadata.
    /// - Throws: `DataError.unreadable`; `WeightsError` where it is no safetensors file, or damaged.
    static func read(fileAt path: String) throws -> WeightsFile.Contents {
        func start(_ count: Int) throws(DataError) -> [UInt8] {
            if let bytes = Files.start(of: path, count: count) { return bytes }
            throw .unreadable(path: path, reason: "no such file")
        }
        let size = Files.status(of: path)?.bytes ?? 0
        var bytes = try start(9)
        if begins(bytes, ofSize: size) == true { bytes = try start(8 + Int(length(bytes))) }
        return try read(bytes, ofSize: size, path)
    }

    private static func length(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// What a file says of its tensors.
    ///
    /// - Parameters:
    ///   - bytes: The file, or as much of it as its header takes.
    ///   - size: Bytes of the whole file.
    ///   - path: The file, for messages.
    /// - Returns: Its tensors' places and its metadata.
    /// - Throws: `WeightsError` where it is no safetensors file, or damaged.
    static func read(_ bytes: [UInt8], ofSize size: Int, _ path: String) throws(WeightsError) -> WeightsFile.Contents {
        func damaged(_ reason: String) -> WeightsError { .damaged(path: path, reason: reason) }
        switch begins(bytes, ofSize: size) {
        case true: break
        case nil:
            throw damaged("its header has \(length(bytes)) bytes, and the file \(size); was it copied whole?")
        default:
            throw .unsupported(path: path, reason: "neither a safetensors file nor one that torch.save has written")
        }
        let start = 8 + Int(length(bytes))
        try checkNesting(bytes[8..<start], path)
        let values: [String: Value]
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(bytes[8..<start]))
        } catch {
            throw damaged("the header is not the JSON of a safetensors file")
        }
        var metadata: [String: String] = [:]
        var entries: [(entry: WeightsFile.Entry, end: Int, isRead: Bool)] = []
        var unread: [String: String] = [:]
        for (name, value) in values {
            switch value {
            case .texts(let texts):
                guard name == "__metadata__" else { throw damaged("\(CheckpointFacts.shown(name)) is no tensor") }
                metadata = texts ?? [:]
            case .tensor(let tensor):
                let type = ElementType(rawValue: tensor.dtype)
                guard let count = WeightsFile.Entry.count(of: tensor.shape), tensor.data_offsets.count == 2,
                    let first = tensor.data_offsets.first, let last = tensor.data_offsets.last,
                    first >= 0, last >= first, last <= size - start,
                    type.map({ last - first == count * $0.size }) ?? true
                else {
                    throw damaged(
                        "\(CheckpointFacts.shown(name)) does not lie in the file as its shape and type say")
                }
                if type == nil {
                    unread[name] = "has values of type \(CheckpointFacts.shown(tensor.dtype)), expected floating point"
                }
                let entry = WeightsFile.Entry(
                    name: name, shape: tensor.shape, type: type ?? .uint8, offset: start + first)
                entries.append((entry, start + last, type != nil))
            }
        }
        entries.sort { ($0.entry.offset, $0.end, $0.entry.name) < ($1.entry.offset, $1.end, $1.entry.name) }
        // Without holes and without two tensors in one place, as the format demands.
        var expected = start
        for (entry, end, _) in entries {
            guard entry.offset == expected else {
                throw damaged("\(CheckpointFacts.shown(entry.name)) overlaps another tensor, or leaves a hole")
            }
            expected = end
        }
        guard expected == size else { throw damaged("\(size - expected) bytes belong to no tensor") }
        var table = TensorTable(entries.lazy.filter(\.isRead).map(\.entry))
        for (name, reason) in unread { table.add(unread: name, reason) }
        table.metadata = metadata
        return WeightsFile.Contents(tables: [table], metadata: metadata)
    }

    /// A header is at most three deep; a parser that calls itself must not be led deeper.
    private static func checkNesting(_ json: ArraySlice<UInt8>, _ path: String) throws(WeightsError) {
        var depth = 0
        var inText = false
        var escaped = false
        for byte in json {
            if inText {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            guard depth <= 4 else {
                throw .damaged(path: path, reason: "the header is nested deeper than any tensor's")
            }
        }
    }
}

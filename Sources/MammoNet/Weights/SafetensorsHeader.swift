import FoundationEssentials

/// The head of a safetensors file: eight bytes of length, then JSON that names each tensor's type, shape and place.
/// https://github.com/huggingface/safetensors, "Format".
enum SafetensorsHeader {
    /// As the reference implementation has it.
    static let mostBytes = 100_000_000

    private struct Tensor: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    private enum Value: Decodable {
        case tensor(Tensor)
        case texts([String: String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let tensor = try? container.decode(Tensor.self) {
                self = .tensor(tensor)
            } else {
                self = .texts(try container.decode([String: String].self))
            }
        }
    }

    static func read(_ bytes: [UInt8], _ path: String) throws(WeightsError) -> WeightsFile.Contents {
        func damaged(_ reason: String) -> WeightsError { .damaged(path: path, reason: reason) }
        guard bytes.count >= 8 else { throw damaged("\(bytes.count) bytes, no weights file is so short") }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(min(mostBytes, bytes.count - 8)), bytes.count > 8, bytes[8] == UInt8(ascii: "{") else {
            throw .unsupported(
                path: path, reason: "neither a safetensors file nor one that torch.save has written")
        }
        let start = 8 + Int(length)
        try checkNesting(bytes[8..<start], path)
        let values: [String: Value]
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(bytes[8..<start]))
        } catch {
            throw damaged("the header is not the JSON of a safetensors file")
        }
        var metadata: [String: String] = [:]
        var entries: [(entry: WeightsFile.Entry, end: Int)] = []
        for (name, value) in values {
            switch value {
            case .texts(let texts):
                guard name == "__metadata__" else { throw damaged("\(name) is no tensor") }
                metadata = texts
            case .tensor(let tensor):
                guard let type = ElementType(rawValue: tensor.dtype) else {
                    throw .unsupported(
                        path: path,
                        reason: "\(name) has values of type \(tensor.dtype), expected F32, F16, BF16, F64 or I64"
                    )
                }
                guard let count = WeightsFile.Entry.count(of: tensor.shape), tensor.data_offsets.count == 2,
                    let first = tensor.data_offsets.first, let last = tensor.data_offsets.last,
                    first >= 0, last >= first, last <= bytes.count - start, last - first == count * type.size
                else { throw damaged("\(name) does not lie in the file as its shape and type say") }
                let entry = WeightsFile.Entry(name: name, shape: tensor.shape, type: type, offset: start + first)
                entries.append((entry, start + last))
            }
        }
        entries.sort { ($0.entry.offset, $0.end, $0.entry.name) < ($1.entry.offset, $1.end, $1.entry.name) }
        // Without holes and without two tensors in one place, as the format demands.
        var expected = start
        for (entry, end) in entries {
            guard entry.offset == expected else {
                throw damaged("\(entry.name) overlaps another tensor, or leaves a hole")
            }
            expected = end
        }
        guard expected == bytes.count else { throw damaged("\(bytes.count - expected) bytes belong to no tensor") }
        return WeightsFile.Contents(tensors: entries.map(\.entry), metadata: metadata)
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

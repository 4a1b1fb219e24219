/// A message in protobuf's wire format, read without its declaration.
package struct ProtobufFields {
    /// What a field holds.
    package enum Content: Equatable {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    package struct Malformed: Error {}

    /// In the message's order.
    package private(set) var fields: [(number: Int, content: Content)] = []

    /// Reads all fields, and none of the messages within.
    package init(_ bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        while !rest.isEmpty {
            let key = try Self.varint(&rest)
            switch key & 7 {
            case 0: fields.append((Int(key >> 3), .number(try Self.varint(&rest))))
            case 1: fields.append((Int(key >> 3), .number(Self.littleEndian(try Self.take(8, &rest)))))
            case 2: fields.append((Int(key >> 3), .bytes(try Self.take(Int(try Self.varint(&rest)), &rest))))
            case 5: fields.append((Int(key >> 3), .number(Self.littleEndian(try Self.take(4, &rest)))))
            default: throw Malformed()
            }
        }
    }

    /// All messages of a field.
    package func messages(_ number: Int) throws -> [ProtobufFields] { try bytes(number).map { try ProtobufFields($0) } }

    /// The only message of a field.
    package func message(_ number: Int) throws -> ProtobufFields { try Self.only(try messages(number)) }

    /// All texts of a field.
    package func texts(_ number: Int) -> [String] { bytes(number).map { String(decoding: $0, as: UTF8.self) } }

    /// The only text of a field.
    package func text(_ number: Int) throws -> String { try Self.only(texts(number)) }

    /// All numbers of a field.
    package func numbers(_ number: Int) -> [Int] {
        fields.compactMap {
            guard $0.number == number, case .number(let value) = $0.content else { return nil }
            return Int(truncatingIfNeeded: value)
        }
    }

    /// The only number of a field.
    package func number(_ number: Int) throws -> Int { try Self.only(numbers(number)) }

    /// All contents of a field that are bytes.
    package func bytes(_ number: Int) -> [ArraySlice<UInt8>] {
        fields.compactMap {
            guard $0.number == number, case .bytes(let value) = $0.content else { return nil }
            return value
        }
    }

    private static func only<Value>(_ values: [Value]) throws -> Value {
        guard values.count == 1 else { throw Malformed() }
        return values[0]
    }

    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { throw Malformed() }
            value |= UInt64(byte & 0x7F) << (7 * UInt64(place))
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }
}

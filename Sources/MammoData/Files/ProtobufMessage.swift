/// A message in protobuf's wire format, field by field. Fields that hold their type's zero are written too where they are
/// set, as those of a oneof have to be.
package struct ProtobufMessage {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// An int32, int64, enum or bool.
    package mutating func set(_ field: Int, _ value: Int) {
        varint(UInt64(field << 3))
        varint(UInt64(bitPattern: Int64(value)))
    }

    package mutating func set(_ field: Int, _ value: Double) {
        varint(UInt64(field << 3 | 1))
        littleEndian(value.bitPattern)
    }

    package mutating func set(_ field: Int, _ value: Float) {
        varint(UInt64(field << 3 | 5))
        littleEndian(value.bitPattern)
    }

    /// A string, bytes or the bytes of a message.
    package mutating func set(_ field: Int, _ value: some Collection<UInt8>) {
        announce(field, count: value.count)
        bytes += value
    }

    /// What stands before a string, bytes or a message, for contents that are written by other means: `count` bytes.
    package mutating func announce(_ field: Int, count: Int) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(count))
    }

    /// A message, made on the spot.
    package mutating func set(_ field: Int, _ fill: (inout ProtobufMessage) -> Void) {
        var message = ProtobufMessage()
        fill(&message)
        set(field, message.bytes)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func littleEndian<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}

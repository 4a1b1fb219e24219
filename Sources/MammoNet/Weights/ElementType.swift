/// How a tensor's values are stored. All become single precision; nothing of the two halves is lost.
public enum ElementType: String, Sendable, CaseIterable {
    /// IEEE 754 single precision.
    case float32 = "F32"
    /// IEEE 754 half precision.
    case float16 = "F16"
    /// The upper half of single precision.
    case bfloat16 = "BF16"
    /// IEEE 754 double precision, rounded to single.
    case float64 = "F64"
    /// 64-bit integers, as counters of batches are; exact up to 2^24, as those of 32 bits.
    case int64 = "I64"
    /// 32-bit integers.
    case int32 = "I32"
    /// 16-bit integers.
    case int16 = "I16"
    /// 8-bit integers.
    case int8 = "I8"
    /// 8-bit integers without a sign.
    case uint8 = "U8"
    /// One byte each: 0 for false.
    case bool = "BOOL"

    /// Whether values are floating point, as those of parameters are.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .float64: true
        case .int64, .int32, .int16, .int8, .uint8, .bool: false
        }
    }

    /// Bytes of a value.
    var size: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// The value at `offset`, little endian.
    func value(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Float {
        func load<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
            Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self))
        }
        return switch self {
        case .float32: Float(bitPattern: load(UInt32.self))
        case .float16: Float(Float16(bitPattern: load(UInt16.self)))
        case .bfloat16: Float(bitPattern: UInt32(load(UInt16.self)) << 16)
        case .float64: Float(Double(bitPattern: load(UInt64.self)))
        case .int64: Float(load(Int64.self))
        case .int32: Float(load(Int32.self))
        case .int16: Float(load(Int16.self))
        case .int8: Float(load(Int8.self))
        case .uint8: Float(load(UInt8.self))
        case .bool: load(UInt8.self) == 0 ? 0 : 1
        }
    }
}

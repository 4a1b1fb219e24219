import CKernels

/// One frame as it is stored, before any rescaling: rows × columns of 16-bit samples, row by row without gaps.
///
/// Samples of 8 to 16 bits are widened to 16: unused high bits are zero where unsigned, copies of the sign where
/// signed, so that a sample's 16-bit pattern is its value.
public struct StoredImage: Equatable, Sendable {
    /// Height in pixels.
    public let rows: Int
    /// Width in pixels.
    public let columns: Int
    /// Whether the patterns are to be read as `Int16` rather than `UInt16`.
    public let isSigned: Bool
    /// `rows * columns` patterns.
    public let samples: [UInt16]
    /// What was odd about the pixels and how they were taken.
    public let warnings: [String]

    /// Wraps samples that are already widened. `samples` has `rows * columns` elements.
    public init(rows: Int, columns: Int, isSigned: Bool, samples: [UInt16], warnings: [String] = []) {
        precondition(samples.count == rows * columns, "a stored image has rows * columns samples")
        self.rows = rows
        self.columns = columns
        self.isSigned = isSigned
        self.samples = samples
        self.warnings = warnings
    }

    /// The number that a 16-bit pattern of this image stands for.
    public func value(ofPattern pattern: UInt16) -> Int {
        isSigned ? Int(Int16(bitPattern: pattern)) : Int(pattern)
    }

    /// The smallest and the largest stored value; nil where there is no pixel.
    public func extremes() -> (smallest: Int, largest: Int)? {
        if samples.isEmpty { return nil }
        // Flipping the sign bit makes two's complement sort as unsigned does.
        let flip: UInt16 = isSigned ? 0x8000 : 0
        var extremes: [UInt16] = [.max, 0]
        ckernels_best_image_kernels().pointee.range(samples, samples.count, flip, &extremes)
        return (value(ofPattern: extremes[0] ^ flip), value(ofPattern: extremes[1] ^ flip))
    }
}

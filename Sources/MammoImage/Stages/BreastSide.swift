import MammoDICOM

/// The side of the image that breasts are turned to.
public enum BreastSide: String, Codable, CaseIterable, Sendable {
    /// Images stay as they are.
    case none
    /// Chest walls are on the left.
    case left
    /// Chest walls are on the right.
    case right
}

extension GrayRaster {
    /// The side that the breast is on: the half with the larger sum of gray values. Of an odd number of columns the middle one is in
    /// neither. `none` where the sums are equal.
    var breastSide: BreastSide {
        let half = columns / 2
        let sums = pixels.withUnsafeBufferPointer { pixels in
            var (left, right) = (UInt64(0), UInt64(0))
            for row in 0..<rows {
                // A row has fewer than 2^24 columns, so its sum fits in 32 bits.
                var (lower, upper) = (UInt32(0), UInt32(0))
                let (start, end) = (row * columns, (row + 1) * columns)
                for i in start..<start + half { lower &+= UInt32(truncatingIfNeeded: pixels[i]) }
                for i in end - half..<end { upper &+= UInt32(truncatingIfNeeded: pixels[i]) }
                (left, right) = (left + UInt64(lower), right + UInt64(upper))
            }
            return (left: left, right: right)
        }
        return sums.left == sums.right ? .none : sums.left > sums.right ? .left : .right
    }
}

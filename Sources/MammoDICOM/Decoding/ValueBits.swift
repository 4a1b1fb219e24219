/// Which bits of a 16-bit word hold the value.
struct ValueBits {
    /// Bits below the value.
    private let below: UInt16
    /// Bits that do not belong to the value, below and above.
    private let unused: UInt16
    private let isSigned: Bool

    /// The bits that the header names, for native words, and for RLE, which packs the same words and knows nothing of
    /// their bits. PS3.5 8.1.1 allows anything in the others.
    ///
    /// - Throws: `DICOMError.badAttribute` where BitsStored and HighBit do not fit each other or BitsAllocated.
    init(_ attributes: ImageAttributes) throws(DICOMError) {
        let (allocated, stored, high) = (attributes.bitsAllocated, attributes.bitsStored, attributes.highBit)
        guard (1...allocated).contains(stored) else {
            throw .badAttribute(name: "BitsStored", found: "\(stored)", expected: "1 to \(allocated)")
        }
        guard (stored - 1..<allocated).contains(high) else {
            throw .badAttribute(name: "HighBit", found: "\(high)", expected: "\(stored - 1) to \(allocated - 1)")
        }
        below = UInt16(high + 1 - stored)
        unused = UInt16(16 - stored)
        isSigned = attributes.isSigned
    }

    /// The lowest `precision` bits, the highest of them the sign where `isSigned`.
    init(precision: Int, isSigned: Bool) {
        below = 0
        unused = UInt16(16 - precision)
        self.isSigned = isSigned
    }

    /// Leaves the value alone of every sample: other bits cleared, or copies of the sign.
    func keep(in samples: inout [UInt16]) {
        // Each loop does one thing to every sample, so that it vectorises.
        samples.withUnsafeMutableBufferPointer { samples in
            if isSigned {
                let shift = unused - below
                for i in samples.indices {
                    samples[i] = UInt16(bitPattern: Int16(bitPattern: samples[i] &<< shift) &>> Int16(unused))
                }
            } else if unused > 0 {
                let mask = UInt16.max &>> unused
                for i in samples.indices { samples[i] = (samples[i] &>> below) & mask }
            }
        }
    }
}

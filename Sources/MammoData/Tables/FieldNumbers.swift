/// Numbers of a field's bytes.
extension UnsafeBufferPointer<UInt8> {
    /// The number that `Double(String)` reads, bit by bit; nil where it reads none.
    var double: Double? { shortDecimal ?? Double(String(decoding: self, as: UTF8.self)) }

    /// The number that `Int(String)` reads; nil where it reads none.
    var integer: Int? {
        guard (1...18).contains(count) else { return Int(String(decoding: self, as: UTF8.self)) }
        var number = 0
        for byte in self {
            guard let digit = Self.digit(byte) else { return Int(String(decoding: self, as: UTF8.self)) }
            number = 10 * number + Int(digit)
        }
        return number
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? UInt64(digit) : nil
    }

    /// The number nearest to a decimal fraction of at most 19 digits without an exponent, as predictions are written; nil of
    /// anything else, and of one with more than 27 digits behind the point.
    ///
    /// The digits are a whole number m, the fraction m / 10^n = m / 5^n / 2^n. With 5^n below 2^64 the quotient's first 63
    /// bits or more come of one division of whole numbers, and its rest says whether the fraction is above them: rounded to
    /// odd, which a Double's rounding to nearest then takes as it would take the fraction itself.
    private var shortDecimal: Double? {
        guard (1...30).contains(count) else { return nil }
        let isNegative = self[0] == UInt8(ascii: "-")
        var (mantissa, digits, decimals) = (UInt64(0), 0, -1)
        for byte in self.dropFirst(isNegative ? 1 : 0) {
            if let digit = Self.digit(byte) {
                // A zero before the first other digit adds nothing.
                if mantissa != 0 || digit != 0 { digits += 1 }
                guard digits <= 19, decimals <= 26 else { return nil }
                mantissa = 10 * mantissa + digit
                if decimals >= 0 { decimals += 1 }
            } else {
                guard byte == UInt8(ascii: "."), decimals < 0, Self.digit(self[isNegative ? 1 : 0]) != nil else {
                    return nil
                }
                decimals = 0
            }
        }
        // Digits on both sides of a point.
        guard let last, Self.digit(last) != nil else { return nil }
        guard mantissa != 0, decimals > 0 else { return isNegative ? -Double(mantissa) : Double(mantissa) }
        let magnitude = Self.quotient(mantissa, Self.power(of: 5, decimals), exponent: -decimals)
        return isNegative ? -magnitude : magnitude
    }

    private static func power(of base: UInt64, _ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(1) { power, _ in power * base }
    }

    /// `dividend` / `divisor` · 2^`exponent`, rounded to the nearest number, of equally near ones to the even one.
    private static func quotient(_ dividend: UInt64, _ divisor: UInt64, exponent: Int) -> Double {
        let (up, down) = (dividend.leadingZeroBitCount, divisor.leadingZeroBitCount)
        let scaled = dividend << UInt64(up)
        // Half of the scaled dividend is below the scaled divisor, so that the quotient fits.
        let (quotient, rest) = (divisor << UInt64(down)).dividingFullWidth((scaled >> 1, scaled << 63))
        let odd = quotient | (rest == 0 ? 0 : 1)
        return Double(sign: .plus, exponent: down - up - 63 + exponent, significand: Double(odd))
    }
}

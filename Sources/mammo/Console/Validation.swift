import ArgumentParser

/// What is the same for every option that is a number.
enum Validation {
    /// Images, batches or threads at a time: more than any machine here has a use for.
    static let atATime = 1...1024

    /// Refuses a number that an option cannot be; one that was not given is accepted.
    static func check(_ option: String, _ value: Int?, in allowed: ClosedRange<Int>) throws {
        guard let value, !allowed.contains(value) else { return }
        throw ValidationError("\(option) is \(value), expected \(allowed.lowerBound) to \(allowed.upperBound)")
    }

    /// The same for numbers that need not be whole; not a number is refused.
    static func check(_ option: String, _ value: Double?, in allowed: ClosedRange<Double>) throws {
        guard let value, !allowed.contains(value) else { return }
        let bounds = "\(plain(allowed.lowerBound)) to \(plain(allowed.upperBound))"
        throw ValidationError("\(option) is \(plain(value)), expected \(bounds)")
    }

    private static func plain(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}

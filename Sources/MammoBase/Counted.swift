extension Int {
    /// This many of something, for people: `1 image`, `2 images`, `0 breasts`.
    ///
    /// - Parameters:
    ///   - one: What one of them is called.
    ///   - many: What several are called; by default `one` with an s.
    /// - Returns: The number and the word.
    public func of(_ one: String, _ many: String? = nil) -> String { "\(self) \(self == 1 ? one : many ?? one + "s")" }

    /// The verb of this many of something: `1 of 18 images is`, `2 of 18 images are`.
    public var isOrAre: String { self == 1 ? "is" : "are" }
}

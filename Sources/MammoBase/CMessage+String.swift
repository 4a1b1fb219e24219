import CMessage

extension cmessage {
    /// What a shim said, for a thrown error.
    package var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

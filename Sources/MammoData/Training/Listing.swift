/// Names a few of many: `3 of 40 images` and which.
enum Listing {
    /// The first three, and whether there are more.
    static func few(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }
}

/// Names a few of many: `3 of 40 images` and which.
package enum Listing {
    /// The first three, and whether there are more.
    package static func few(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }
}

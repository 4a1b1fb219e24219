/// What wrappers of modules put in front of names: DataParallel and torch.compile.
enum Wrappers {
    private static let prefixes = ["module.", "_orig_mod."]

    /// The name inside the wrappers.
    static func removed(from name: String) -> String {
        var name = name[...]
        for prefix in prefixes where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
        return String(name)
    }
}

/// What wrappers of modules put into names, at any place: DataParallel and DistributedDataParallel, torch.compile, FSDP and
/// activation checkpointing. No network has parts of these names.
enum Wrappers {
    private static let parts: Set<Substring> = [
        "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    ]

    /// The name inside the wrappers.
    static func removed(from name: String) -> String {
        guard name.contains("mod") else { return name }
        return name.split(separator: ".", omittingEmptySubsequences: false).filter { !parts.contains($0) }
            .joined(separator: ".")
    }
}

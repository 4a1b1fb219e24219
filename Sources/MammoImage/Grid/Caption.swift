extension String {
    /// At most `count` characters, with an ellipsis in the middle where some had to go: ids differ at their ends.
    package func shortened(to count: Int) -> String {
        guard self.count > count else { return self }
        guard count > 0 else { return "" }
        let kept = count - 1
        return "\(prefix((kept + 1) / 2))…\(suffix(kept / 2))"
    }
}

extension MixedPrecision {
    /// What a precision has to be on a device, for messages; nil where this one is possible there.
    ///
    /// - Parameter device: Where it is to be used.
    /// - Returns: Words that follow "expected".
    public func expected(on device: DeviceChoice) -> String? {
        self == .off || device != .cpu ? nil : "none: mixed precision is for --device cuda"
    }
}

/// A mirror image for test-time augmentation.
public enum Flip: Sendable {
    /// As it is.
    case none
    /// Left for right.
    case horizontal
    /// Top for bottom.
    case vertical
    /// Both.
    case both

    /// Whether columns change sides.
    var turnsColumns: Bool { self == .horizontal || self == .both }
    /// Whether rows do.
    var turnsRows: Bool { self == .vertical || self == .both }
}

/// Which mirror images a prediction averages the logits of.
public enum TestTimeAugmentation: String, CaseIterable, Sendable {
    /// The image alone.
    case none
    /// The image and its mirror image, as the reference pipeline does.
    case hflip
    /// The image as it is, mirrored left for right, top for bottom, and both.
    case hflipAndVflip = "hflip+vflip"

    /// The mirror images.
    public var flips: [Flip] {
        switch self {
        case .none: [.none]
        case .hflip: [.none, .horizontal]
        case .hflipAndVflip: [.none, .horizontal, .vertical, .both]
        }
    }
}

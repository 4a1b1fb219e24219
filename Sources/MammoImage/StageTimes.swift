import MammoBase

/// Seconds that the stages of one image, or of many, took.
public struct StageTimes: Equatable, Sendable {
    /// Parsing the file and decoding its pixels.
    public var decode = 0.0
    /// Extremes, table and 8-bit image.
    public var intensity = 0.0
    /// Blur, threshold, contour.
    public var region = 0.0
    /// Crop, padding and resize.
    public var resize = 0.0
    /// Filtering and compressing the PNG.
    public var encode = 0.0
    /// Hashing and writing it, and its line of the manifest.
    public var write = 0.0

    /// No time at all.
    public init() {}

    /// Every stage with its name, in order.
    public var stages: [(name: String, seconds: Double)] {
        [
            ("decode", decode), ("to 8 bits", intensity), ("crop box", region), ("pad, resize", resize),
            ("PNG", encode), ("write", write),
        ]
    }

    /// All stages together.
    public var total: Double { stages.reduce(0) { $0 + $1.seconds } }

    /// Adds stage by stage.
    public static func += (left: inout StageTimes, right: StageTimes) {
        left.decode += right.decode
        left.intensity += right.intensity
        left.region += right.region
        left.resize += right.resize
        left.encode += right.encode
        left.write += right.write
    }
}

/// Measures one stage after the other.
package struct Stopwatch {
    private var last = ContinuousClock.now

    package init() {}

    /// Seconds since the last lap.
    package mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { last = now }
        return (now - last).inSeconds
    }
}

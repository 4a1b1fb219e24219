import MammoBase
import MammoImage

/// When a run has to end, so that its results are written in time.
struct TimeLimit {
    /// From the beginning of the command.
    let seconds: Double
    private let begun: ContinuousClock.Instant
    private var last = ContinuousClock.now
    private var longest = 0.0

    /// A limit of `limit`, counted from `begun`.
    init(_ limit: Duration, since begun: ContinuousClock.Instant) {
        seconds = limit.inSeconds
        self.begun = begun
    }

    /// Whether to stop before the next image: to be asked before each. The longest of the steps so far has to fit in once
    /// more, half as long again, and a hundredth of the limit is kept for what is written at the end.
    mutating func isReached() -> Bool {
        let now = ContinuousClock.now
        longest = max(longest, (now - last).inSeconds)
        last = now
        return (now - begun).inSeconds + 1.5 * longest > 0.99 * seconds
    }
}

/// Says once, from the first images, whether a run will end within a time.
struct TimeEstimate {
    let limit: Double
    let images: Int
    private var said = false

    /// Images and seconds after which a rate is worth something.
    private static let (fewest, shortest) = (8, 10.0)

    init(limit: Double, images: Int) {
        self.limit = limit
        self.images = images
    }

    /// The line to say, if now is the time.
    mutating func line(done: Int, seconds: Double) -> String? {
        guard !said, done >= Self.fewest, seconds >= Self.shortest || done == images, done > 0 else { return nil }
        said = true
        let whole = seconds / Double(done) * Double(images)
        let fits = whole <= limit
        let pace =
            "\(images) images at \((Double(done) / seconds).decimals(2)) images/s take \(Progress.duration(whole))"
        return fits
            ? "\(pace), within --limit-time \(Progress.duration(limit))"
            : "\(pace), more than --limit-time \(Progress.duration(limit)): the last images will not be predicted; "
                + "fewer flips or weights, or smaller images, are faster"
    }
}

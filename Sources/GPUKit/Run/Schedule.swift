import MammoBase
import MammoImage

/// How much time each step gets: its share of what is left, so that what one does not need the later ones have, and the whole
/// ends in time.
package struct Schedule: Sendable {
    private let nominal: [Double]

    /// - Parameter nominal: Seconds that each step should need; only their proportions count.
    package init(_ nominal: [Double]) { self.nominal = nominal }

    /// The seconds that a step gets, by its number from 0 and the seconds that are left until the end.
    package func seconds(of step: Int, left: Double) -> Double {
        let sum = nominal[step...].reduce(0, +)
        return sum > 0 ? max(0, left) * nominal[step] / sum : 0
    }
}

/// Seconds since it was made.
package struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    package var seconds: Double { (ContinuousClock.now - start).inSeconds }
}

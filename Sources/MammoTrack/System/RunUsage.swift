/// What a run has used, over all times that it was resumed.
package struct RunUsage: Equatable, Sendable {
    /// Seconds that it ran.
    package var seconds = 0.0
    /// Joules of its cards; nil where none is known.
    package var joules: Double?

    /// Nothing.
    package init() {}

    /// Kilowatt-hours of its cards; nil where nothing is known of their energy.
    package var kilowattHours: Double? { joules.map { $0 / 3.6e6 } }

    /// What it has cost.
    ///
    /// - Parameter price: Of an hour.
    /// - Returns: In the price's currency.
    package func cost(price: Double) -> Double { seconds / 3600 * price }

    /// Adds a sample.
    package mutating func add(_ sample: SystemSample) {
        seconds += sample.seconds
        if let more = sample.joules { joules = (joules ?? 0) + more }
    }
}

import Glibc

/// The learning rate of each step of a run, in double precision as PyTorch's schedulers compute it.
public struct LearningRateSchedule: Equatable, Sendable {
    /// How the rate goes.
    public enum Shape: Equatable, Sendable {
        /// The same at every step.
        case constant
        /// `CosineAnnealingLR(T_max: steps, eta_min: minimum)`, stepped after every batch.
        case cosine
        /// `CosineAnnealingWarmRestarts(T_0: first, T_mult: factor)`, stepped after every batch.
        case restarts(first: Int, factor: Int)
    }

    /// How the rate goes.
    public var shape: Shape
    /// The rate to begin with.
    public var rate: Double
    /// The lowest rate: eta_min.
    public var minimum: Double
    /// Steps of the whole run, the warm-up's among them.
    public var steps: Int
    /// Steps in which the rate grows from its share of one step to the whole; the shape begins after them.
    public var warmUp: Int

    /// A schedule.
    ///
    /// - Parameters:
    ///   - shape: How the rate goes.
    ///   - rate: The rate to begin with.
    ///   - minimum: The lowest rate.
    ///   - steps: Steps of the whole run.
    ///   - warmUp: Steps in which the rate grows to the whole.
    public init(_ shape: Shape, rate: Double, minimum: Double = 0, steps: Int, warmUp: Int = 0) {
        self.shape = shape
        self.rate = rate
        self.minimum = minimum
        self.steps = steps
        self.warmUp = warmUp
    }

    /// The rates of all steps, in order.
    ///
    /// The cosine is PyTorch's recurrence, step from step, and not the closed form, since the two differ in the last digits.
    ///
    /// - Returns: One for each step.
    public func rates() -> [Double] {
        var rates = (0..<min(warmUp, steps)).map { rate * Double($0 + 1) / Double(warmUp + 1) }
        let left = steps - rates.count
        switch shape {
        case .constant: rates += [Double](repeating: rate, count: left)
        case .cosine: rates += cosine(left)
        case .restarts(let first, let factor): rates += restarts(left, first: max(1, first), factor: max(1, factor))
        }
        return rates
    }

    private func cosine(_ count: Int) -> [Double] {
        var rates: [Double] = []
        var value = rate
        let period = Double(count)
        for step in 0..<count {
            if step > 0 {
                let (now, before) = (cos(.pi * Double(step) / period), cos(.pi * Double(step - 1) / period))
                value = (1 + now) / (1 + before) * (value - minimum) + minimum
            }
            rates.append(value)
        }
        return rates
    }

    private func restarts(_ count: Int, first: Int, factor: Int) -> [Double] {
        var (place, period) = (0, first)
        return (0..<count).map { _ in
            let value = minimum + (rate - minimum) * (1 + cos(.pi * Double(place) / Double(period))) / 2
            place += 1
            if place == period { (place, period) = (0, period * factor) }
            return value
        }
    }
}

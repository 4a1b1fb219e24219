import MammoBase

/// One side of a chart: where it begins and ends, and where it has ticks.
package struct Axis: Sendable {
    /// What it measures.
    package var label: String
    /// Where it begins.
    package var from: Double
    /// Where it ends, above where it begins.
    package var to: Double
    /// Whether there is nothing between whole numbers, as between epochs.
    package var isWhole: Bool

    package init(_ label: String, from: Double = 0, to: Double = 1, isWhole: Bool = false) {
        (self.label, self.from, self.isWhole) = (label, from, isWhole)
        self.to = to > from ? to : from + 1
    }

    /// From 0 to the first tick that leaves a little room above `maximum`.
    package static func upTo(_ maximum: Double, _ label: String) -> Axis {
        guard maximum > 0, maximum.isFinite else { return Axis(label) }
        let step = step(over: maximum * 1.04)
        return Axis(label, to: (maximum * 1.04 / step).rounded(.up) * step)
    }

    /// How far along the axis a value lies: 0 at its beginning, 1 at its end; what is beyond stays at the edge.
    func share(_ value: Double) -> Double { min(max((value - from) / (to - from), 0), 1) }

    /// Multiples of 1, 2 or 5 times a power of ten, about five to an axis.
    package var ticks: [Double] {
        let step = step
        let first = (from / step - 1e-9).rounded(.up)
        return (0...12).map { (first + Double($0)) * step }.filter { $0 <= to + 1e-6 * step }
    }

    /// A tick in as few digits as tell it from its neighbours.
    package func text(_ tick: Double) -> String {
        let largest = max(abs(from), abs(to))
        guard largest < 0.001 else {
            var (digits, unit) = (0, step)
            while digits < 9 && abs(unit - unit.rounded()) > 1e-6 * unit { (digits, unit) = (digits + 1, unit * 10) }
            return tick.decimals(digits)
        }
        // As learning rates are written: 5e-5.
        var (power, scale) = (0, 1.0)
        while largest * scale < 0.999999 && power < 300 { (power, scale) = (power + 1, scale * 10) }
        let mantissa = tick * scale
        if tick == 0 { return "0" }
        let isWhole = abs(mantissa - mantissa.rounded()) < 1e-6
        return "\(mantissa.decimals(isWhole ? 0 : 1))e-\(power)"
    }

    private var step: Double {
        let step = Self.step(over: to - from)
        return isWhole ? max(1, step.rounded()) : step
    }

    private static func step(over span: Double) -> Double {
        var step = 1.0
        while step > span { step /= 10 }
        while step * 10 <= span { step *= 10 }
        let count = span / step
        if count < 1.51 { return step / 5 }
        if count < 3.51 { return step / 2 }
        return count < 7.01 ? step : step * 2
    }
}

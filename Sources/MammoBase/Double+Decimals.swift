extension Double {
    /// With exactly `digits` decimals, for people.
    package func decimals(_ digits: Int) -> String {
        guard isFinite, magnitude < 1e12 else { return "\(self)" }
        var power = 1
        for _ in 0..<digits { power *= 10 }
        let scaled = Int((magnitude * Double(power)).rounded())
        let fraction = String(scaled % power)
        let sign = self < 0 && scaled > 0 ? "-" : ""
        if digits == 0 { return "\(sign)\(scaled)" }
        return "\(sign)\(scaled / power)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A share as a percentage without decimals, for people: "12 %".
    package var percent: String { "\((100 * self).decimals(0)) %" }
}

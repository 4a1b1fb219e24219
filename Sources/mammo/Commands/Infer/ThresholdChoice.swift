import ArgumentParser

/// A threshold: a number, or what the weights record.
enum ThresholdChoice: Equatable, ExpressibleByArgument, WrittenValue {
    case number(Double)
    case weights

    static let expectedForm = "a number from 0 to 1, or weights"

    init?(argument: String) {
        if argument == "weights" {
            self = .weights
        } else if let number = Double(argument) {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// The number; nil where the weights have it.
    var number: Double? { if case .number(let number) = self { number } else { nil } }
}

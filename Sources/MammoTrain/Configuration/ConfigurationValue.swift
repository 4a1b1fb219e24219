import MammoCompute
import MammoData
import MammoGraph
import MammoTrack

/// What a key of a configuration can hold.
package protocol ConfigurationValue: Sendable {
    /// What a text has to be, for messages.
    static var expected: String { get }
    /// Reads a value; nil where the text is none. A nil text is YAML's null.
    static func read(_ text: String?) -> Self?
    /// As it is written; nil for null.
    var written: String? { get }
    /// As the hyperparameters of a run have it; nil where there is none.
    var hyperparameter: Hyperparameter? { get }
}

/// A value as TensorBoard's table of hyperparameters has it.
public enum Hyperparameter: Equatable, Sendable {
    /// A number.
    case number(Double)
    /// Yes or no.
    case flag(Bool)
    /// Anything else.
    case text(String)
}

extension String: ConfigurationValue {
    package static var expected: String { "a text" }
    package static func read(_ text: String?) -> String? { text }
    package var written: String? { self }
    package var hyperparameter: Hyperparameter? { .text(self) }
}

extension Int: ConfigurationValue {
    package static var expected: String { "a whole number" }
    package static func read(_ text: String?) -> Int? { text.flatMap { Int($0) } }
    package var written: String? { "\(self)" }
    package var hyperparameter: Hyperparameter? { .number(Double(self)) }
}

extension Double: ConfigurationValue {
    package static var expected: String { "a number" }
    package static func read(_ text: String?) -> Double? { text.flatMap { Double($0) } }

    /// With a point before the exponent: YAML 1.1, which Python reads, takes 5e-05 for a text and 5.0e-05 for a number.
    package var written: String? {
        let text = "\(self)"
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    package var hyperparameter: Hyperparameter? { .number(self) }
}

extension Bool: ConfigurationValue {
    package static var expected: String { "true or false" }
    package static func read(_ text: String?) -> Bool? { text.flatMap { Bool($0) } }
    package var written: String? { "\(self)" }
    package var hyperparameter: Hyperparameter? { .flag(self) }
}

extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
    package static var expected: String { "\(Wrapped.expected), or null" }

    package static func read(_ text: String?) -> Wrapped?? {
        guard let text else { return .some(nil) }
        return Wrapped.read(text).map { .some($0) }
    }

    package var written: String? { flatMap(\.written) }
    package var hyperparameter: Hyperparameter? { flatMap(\.hyperparameter) }
}

/// A value that is one text.
package protocol ConfigurationText: ConfigurationValue, LosslessStringConvertible {}

extension ConfigurationText {
    package static func read(_ text: String?) -> Self? { text.flatMap { Self($0) } }
    package var written: String? { description }
    package var hyperparameter: Hyperparameter? { .text(description) }
}

/// A choice among names.
package protocol ConfigurationChoice: ConfigurationValue, CaseIterable, RawRepresentable where RawValue == String {
    /// What files of earlier versions call some of the choices.
    static var formerNames: [String: Self] { get }
}

extension ConfigurationChoice {
    package static var expected: String { allCases.map(\.rawValue).joined(separator: ", ") }
    package static var formerNames: [String: Self] { [:] }
    package static func read(_ text: String?) -> Self? { text.flatMap { Self(rawValue: $0) ?? formerNames[$0] } }
    package var written: String? { rawValue }
    package var hyperparameter: Hyperparameter? { .text(rawValue) }
}

extension TrainingConfiguration.SamplerKind: ConfigurationChoice {}
extension TrainingConfiguration.LossKind: ConfigurationChoice {}
extension TrainingConfiguration.OptimizerKind: ConfigurationChoice {}
extension TrainingConfiguration.ScheduleKind: ConfigurationChoice {}
extension TrainingConfiguration.SelectionKind: ConfigurationChoice {}
extension TrainingConfiguration.CacheKind: ConfigurationChoice {}
extension MixedPrecision: ConfigurationChoice {}

extension KernelsChoice: ConfigurationChoice {
    package static func read(_ text: String?) -> KernelsChoice? { text.flatMap { KernelsChoice($0) } }
}

extension Pooling: ConfigurationChoice {}

extension DeviceChoice: ConfigurationText, CodableAsText {}
extension TrackingURI: ConfigurationText {}

extension DatasetWeights: ConfigurationText {
    package static var expected: String {
        "dataset=NAME:FACTOR with commas between, each data set once, factors from 0.001"
    }
}

extension PositiveFraction: ConfigurationText {
    package static var expected: String { "a share above 0 and below 1, as 1/7 or 0.142857" }
    package var hyperparameter: Hyperparameter? { .number(value) }
}

extension KeptEpochs: ConfigurationText {
    package static var expected: String { "best, last=N and every=N with commas between, each once, N from 1" }
}

extension UnfreezePlan: ConfigurationText {
    package static var expected: String {
        "EPOCH:COUNT or EPOCH:COUNT@RATE with commas between, epochs from 2 rising, counts falling"
    }
}

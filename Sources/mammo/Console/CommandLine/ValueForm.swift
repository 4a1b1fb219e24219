import ArgumentParser
import MammoCompute
import MammoData
import MammoImage
import MammoTrack
import MammoTrain

/// A type of values that can say how they are written.
protocol WrittenValue {
    /// For a message: what was expected.
    static var expectedForm: String { get }
}

extension Int: WrittenValue { static var expectedForm: String { expected } }
extension UInt32: WrittenValue { static var expectedForm: String { "a whole number from 0 to \(max)" } }
extension UInt64: WrittenValue { static var expectedForm: String { "a whole number from 0 to \(max)" } }
extension Double: WrittenValue { static var expectedForm: String { expected } }
extension PixelSize: WrittenValue { static var expectedForm: String { "ROWSxCOLUMNS such as 2048x1024" } }
extension Duration: WrittenValue { static var expectedForm: String { "a time such as 9h, 90m, 45s or 1h30m" } }
extension DeviceChoice: WrittenValue { static var expectedForm: String { expected } }
extension DatasetWeights: WrittenValue { static var expectedForm: String { expected } }
extension KeptEpochs: WrittenValue { static var expectedForm: String { expected } }
extension PositiveFraction: WrittenValue { static var expectedForm: String { expected } }
extension UnfreezePlan: WrittenValue { static var expectedForm: String { expected } }
extension TrackingURI: WrittenValue { static var expectedForm: String { expected } }
extension Optional: WrittenValue where Wrapped: WrittenValue {
    static var expectedForm: String { Wrapped.expectedForm }
}

/// A property wrapper of swift-argument-parser, of which the type of the values is known.
private protocol TypedArgument { var valueType: Any.Type { get } }

extension Option: TypedArgument { fileprivate var valueType: Any.Type { Value.self } }
extension OptionGroup: TypedArgument { fileprivate var valueType: Any.Type { Value.self } }

/// How the value of an option is written.
package enum ValueForm {
    /// For a message: what was expected.
    ///
    /// - Parameters:
    ///   - option: Its name, `--lr`.
    ///   - command: The command that has it.
    /// - Returns: Nil where any text will do.
    package static func expected(of option: String, in command: any ParsableCommand.Type) -> String? {
        let description = CommandDescription(of: command)
        if let values = description.argument(spelled: option)?.allValues { return list(values) }
        return type(of: option, in: command)?.expectedForm
    }

    /// Names as a message lists them: `a, b or c`.
    static func list(_ values: [String]) -> String {
        guard let last = values.last, values.count > 1 else { return values.first ?? "" }
        return "\(values.dropLast().joined(separator: ", ")) or \(last)"
    }

    /// The type of an option's values, found as the parser finds it: by the properties of the command.
    private static func type(of option: String, in holder: any ParsableArguments.Type) -> (any WrittenValue.Type)? {
        for child in Mirror(reflecting: holder.init()).children {
            guard let argument = child.value as? any TypedArgument, let label = child.label else { continue }
            if let group = argument.valueType as? any ParsableArguments.Type {
                if let found = type(of: option, in: group) { return found }
            } else if name(of: label) == option {
                return argument.valueType as? any WrittenValue.Type
            }
        }
        return nil
    }

    /// `--batch-size` of the property `_batchSize`.
    private static func name(of label: String) -> String {
        "--" + label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
    }
}

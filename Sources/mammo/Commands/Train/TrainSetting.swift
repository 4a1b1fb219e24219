import ArgumentParser
import MammoCompute
import MammoData
import MammoGraph
import MammoTrack
import MammoTrain

/// Options that are keys of a configuration: what is not given leaves what a file, or else the default, says.
protocol TrainSettings: ParsableArguments {
    /// Puts what was given in place of what is there.
    func apply(to configuration: inout TrainingConfiguration)
}

extension TrainSettings {
    /// Checks what was given by itself; what goes with what is checked where files are read.
    package func validate() throws {
        let plain = TrainingConfiguration()
        var configuration = plain
        apply(to: &configuration)
        do throws(ConfigurationError) {
            try configuration.validate(only: configuration.keys(differingFrom: plain))
        } catch {
            throw TrainSetting.refusal(error)
        }
    }
}

enum TrainSetting {
    /// Help that ends with the default, as the configuration has it.
    ///
    /// - Parameters:
    ///   - text: One sentence; with the default it has to fit on a line of `-h`.
    ///   - key: The key of the configuration.
    ///   - valueName: What stands for the value.
    ///   - more: What only `--help` says.
    /// - Returns: The help.
    static func help(_ text: String, _ key: String, _ valueName: String? = nil, more: String? = nil) -> ArgumentHelp {
        let written = ConfigurationKey.all.first { $0.name == key }?.written(TrainingConfiguration())
        return ArgumentHelp(
            written.map { "\(text) (default: \($0))" } ?? "\(text)", discussion: more, valueName: valueName)
    }

    /// The same as said of a key, of the option.
    static func refusal(_ error: ConfigurationError) -> ValidationError {
        ValidationError("--\(error.key.split(separator: "_").joined(separator: "-")) \(error.reason)")
    }

    /// Puts a value in place where there is one.
    static func set<Value>(_ place: inout Value, _ value: Value?) {
        if let value { place = value }
    }

    /// The same for what can be none: 0 says so.
    static func set<Number: Numeric>(_ place: inout Number?, orNone value: Number?) {
        if let value { place = value == 0 ? nil : value }
    }
}

extension TrainingConfiguration.SamplerKind: ExpressibleByArgument {}
extension TrainingConfiguration.LossKind: ExpressibleByArgument {}
extension TrainingConfiguration.OptimizerKind: ExpressibleByArgument {}
extension TrainingConfiguration.ScheduleKind: ExpressibleByArgument {}
extension TrainingConfiguration.SelectionKind: ExpressibleByArgument {}
extension TrainingConfiguration.CacheKind: ExpressibleByArgument {}
extension MixedPrecision: ExpressibleByArgument {}

extension KernelsChoice: ExpressibleByArgument {
    /// See `KernelsChoice.init(_:)`.
    public init?(argument: String) { self.init(argument) }
}

extension Pooling: ExpressibleByArgument {}

extension DatasetWeights: ExpressibleByArgument {}
extension PositiveFraction: ExpressibleByArgument {}
extension KeptEpochs: ExpressibleByArgument {}
extension UnfreezePlan: ExpressibleByArgument {}
extension TrackingURI: ExpressibleByArgument {}

import MammoTrack

/// One key of a configuration: how it is called, read, written and checked. All that concerns every key goes through
/// `all`, so that a key stands in one place.
package struct ConfigurationKey: Sendable {
    /// In snake_case.
    package let name: String
    /// Whether a resumed run may have another value: those that change no number, or, as another processor does, rounding
    /// alone. Files may lie elsewhere than they did, since a checkpoint knows its images by itself.
    package let mayChange: Bool
    package let written: @Sendable (TrainingConfiguration) -> String?
    package let hyperparameter: @Sendable (TrainingConfiguration) -> Hyperparameter?
    /// Takes a value from a text, nil for null, or says what was expected.
    package let read: @Sendable (inout TrainingConfiguration, String?) -> String?
    let encode: @Sendable (TrainingConfiguration, inout KeyedEncodingContainer<Name>) throws -> Void
    let decode: @Sendable (inout TrainingConfiguration, KeyedDecodingContainer<Name>) throws -> Void
    /// What is wrong with the value; nil where nothing is.
    package let problem: @Sendable (TrainingConfiguration) -> ConfigurationError?

    /// A key for coders.
    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private init<Value: ConfigurationValue & Codable>(
        _ name: String, _ path: WritableKeyPath<TrainingConfiguration, Value> & Sendable, mayChange: Bool = false,
        _ check: (@Sendable (Value) -> String?)? = nil
    ) {
        self.name = name
        self.mayChange = mayChange
        written = { $0[keyPath: path].written }
        hyperparameter = { $0[keyPath: path].hyperparameter }
        read = { configuration, text in
            guard let value = Value.read(text) else { return Value.expected }
            configuration[keyPath: path] = value
            return nil
        }
        encode = { try $1.encode($0[keyPath: path], forKey: Name(name)) }
        decode = { configuration, container in
            guard container.contains(Name(name)) else { return }
            configuration[keyPath: path] = try container.decode(Value.self, forKey: Name(name))
        }
        problem = { configuration in
            let value = configuration[keyPath: path]
            guard let expected = check?(value) else { return nil }
            return ConfigurationError(key: name, value: value.written, expected: expected)
        }
    }

    /// What is expected of a number within bounds; nil where it is.
    private static func within<Number: Comparable & Sendable>(
        _ bounds: ClosedRange<Number>
    ) -> @Sendable (Number) -> String? where Number: LosslessStringConvertible {
        { bounds.contains($0) ? nil : "\(plain(bounds.lowerBound)) to \(plain(bounds.upperBound))" }
    }

    /// The same where there may be none.
    private static func ifAny<Number: Comparable & Sendable>(
        _ bounds: ClosedRange<Number>
    ) -> @Sendable (Number?) -> String? where Number: LosslessStringConvertible {
        { $0.flatMap(within(bounds)) }
    }

    private static func plain(_ bound: some LosslessStringConvertible) -> String {
        let text = "\(bound)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static let millions = 0...1_000_000_000

    /// In the order of the properties.
    package static let all: [ConfigurationKey] = [
        .init("images", \.images, mayChange: true) { $0.isEmpty ? "a folder of PNGs" : nil },
        .init("csv", \.csv, mayChange: true) { $0.isEmpty ? "a table with labels" : nil },
        .init("folds_file", \.foldsFile, mayChange: true) { $0 == "" ? "a file, or null" : nil },
        .init("folds", \.folds, within(2...1000)),
        .init("shuffle_seed", \.shuffleSeed, ifAny(0...0xFFFF_FFFF)),
        .init("fold", \.fold, within(0...999)),
        .init("leave_out_missing", \.leaveOutMissing),
        .init("sampler", \.sampler),
        .init("upsample", \.upsample, within(0.001...100_000)),
        .init("positive_fraction", \.positiveFraction),
        .init("upsample_by", \.upsampleBy),
        .init("min_positives", \.minPositives, within(0...1024)),
        .init("batch_size", \.batchSize, within(1...1024)),
        .init("epochs", \.epochs, within(1...100_000)),
        .init("augment", \.augment),
        .init("arch", \.arch),
        .init("weights", \.weights) { $0.isEmpty ? "a weights file, or none for random weights" : nil },
        .init("drop_path", \.dropPath, within(0...0.99)),
        .init("dropout", \.dropout, ifAny(0...0.99)),
        .init("pool", \.pool),
        .init("freeze", \.freeze, within(0...100_000)),
        .init("unfreeze", \.unfreeze),
        .init("freeze_norm", \.freezeNorm),
        .init("loss", \.loss),
        .init("pos_weight", \.posWeight, within(0.001...1_000_000)),
        .init("soft_positive", \.softPositive, within(0.01...1)),
        .init("label_smoothing", \.labelSmoothing, within(0...0.99)),
        .init("focal_gamma", \.focalGamma, within(0...100)),
        .init("focal_alpha", \.focalAlpha, ifAny(0.0001...0.9999)),
        .init("optimizer", \.optimizer),
        .init("lr", \.lr, within(1e-12...10)),
        .init("weight_decay", \.weightDecay, ifAny(0...10)),
        .init("momentum", \.momentum, within(0...0.999999)),
        .init("nesterov", \.nesterov),
        .init("beta1", \.beta1, within(0...0.999999)),
        .init("beta2", \.beta2, within(0...0.99999999)),
        .init("eps", \.eps, within(1e-20...1)),
        .init("no_decay_norm_bias", \.noDecayNormBias),
        .init("layer_decay", \.layerDecay, within(0.01...1)),
        .init("schedule", \.schedule),
        .init("min_lr", \.minLr, within(0...10)),
        .init("warmup_steps", \.warmupSteps, within(millions)),
        .init("t0", \.t0, ifAny(1...1_000_000_000)),
        .init("t_mult", \.tMult, within(1...1000)),
        .init("accumulate", \.accumulate, within(1...1_000_000)),
        .init("clip_norm", \.clipNorm, ifAny(1e-12...1e12)),
        .init("ema", \.ema, ifAny(1e-6...0.999999999)),
        .init("select", \.select),
        .init("keep", \.keep, mayChange: true),
        .init("stop_if_below", \.stopIfBelow, ifAny(0...1)),
        .init("after", \.after, within(1...100_000)),
        .init("patience", \.patience, ifAny(1...100_000)),
        .init("checkpoint_minutes", \.checkpointMinutes, mayChange: true, within(0...100_000)),
        .init("recompute", \.recompute, mayChange: true),
        .init("cache", \.cache, mayChange: true),
        .init("seed", \.seed, within(0...Int.max)),
        .init("threads", \.threads, mayChange: true, ifAny(1...1024)),
        .init("kernels", \.kernels, mayChange: true),
        .init("workers", \.workers, mayChange: true, ifAny(1...1024)),
        .init("device", \.device),
        .init("amp", \.amp),
        .init("tf32", \.tf32),
        .init("tune_products", \.tuneProducts),
        .init("processes", \.processes, mayChange: true, ifAny(1...4096)),
        .init("mlflow", \.mlflow, mayChange: true) {
            $0.hadCredentials
                ? "no user or password in it: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" : nil
        },
        .init("experiment", \.experiment, mayChange: true) { $0 == "" ? "a name, or null" : nil },
        .init("price", \.price, mayChange: true, ifAny(0...1_000_000)),
    ]
}

import MammoCompute
import MammoGraph
import MammoNet

extension TrainingConfiguration {
    /// Checks each key alone, then those that depend on each other.
    ///
    /// - Throws: `ConfigurationError` for the first that cannot be.
    public func validate() throws(ConfigurationError) {
        if let problem = problems.first { throw problem }
    }

    /// All problems: of each key alone, then of those that depend on each other.
    package var problems: [ConfigurationError] {
        let checks: [() throws(ConfigurationError) -> Void] = [
            checkNetwork, checkSampling, checkPositives, checkLoss, checkOptimizer, checkSchedule, checkEnd,
            checkDevice,
        ]
        return ConfigurationKey.all.compactMap { $0.problem(self) }
            + checks.compactMap { check in
                do throws(ConfigurationError) { try check() } catch { return error }
                return nil
            }
    }

    private func checkDevice() throws(ConfigurationError) {
        if let expected = amp.expected(on: device) {
            throw ConfigurationError(key: "amp", value: amp.rawValue, expected: expected)
        }
        if let expected = products.expectedTF32(on: device, amp) {
            throw ConfigurationError(key: "tf32", value: tf32.written, expected: expected)
        }
        if let expected = products.expectedTuning(on: device) {
            throw ConfigurationError(key: "tune_products", value: tuneProducts.written, expected: expected)
        }
        if case .cuda(let cards) = device, cards.count > 1 {
            throw ConfigurationError(
                key: "device", value: "\(device)",
                expected: "one card a process: Scripts/train-gpus starts one for each")
        }
    }

    /// Checks some keys, each alone.
    ///
    /// - Parameter keys: Their names.
    /// - Throws: `ConfigurationError` for the first that cannot be.
    package func validate(only keys: Set<String>) throws(ConfigurationError) {
        for key in ConfigurationKey.all where keys.contains(key.name) {
            if let problem = key.problem(self) { throw problem }
        }
    }

    private func checkNetwork() throws(ConfigurationError) {
        guard let architecture = network else {
            let names = Network.all.map(\.name).joined(separator: ", ")
            throw ConfigurationError(key: "arch", value: arch, expected: names)
        }
        let count = architecture.parameters.count
        guard freeze < count else {
            throw ConfigurationError(
                key: "freeze", value: "\(freeze)",
                expected: "0 to \(count - 1): \(arch) has \(count) parameters, of which at least one must be trained")
        }
        if let first = unfreeze.phases.first, let last = unfreeze.phases.last {
            guard first.frozen < freeze else {
                throw ConfigurationError(
                    key: "unfreeze", value: "\(unfreeze)",
                    expected: "fewer than the \(freeze) of freeze in the first phase")
            }
            guard last.epoch <= epochs else {
                throw ConfigurationError(
                    key: "unfreeze", value: "\(unfreeze)", expected: "epochs from 1 to \(epochs)")
            }
        }
    }

    private func checkSampling() throws(ConfigurationError) {
        guard minPositives <= batchSize else {
            throw ConfigurationError(
                key: "min_positives", value: "\(minPositives)", expected: "at most the batch_size of \(batchSize)")
        }
        guard foldsFile != nil || fold < folds else {
            throw ConfigurationError(key: "fold", value: "\(fold)", expected: "0 to \(folds - 1) of \(folds) folds")
        }
        guard foldsFile == nil || shuffleSeed == nil else {
            throw ConfigurationError(
                key: "shuffle_seed", value: shuffleSeed.map { "\($0)" }, expected: "null: folds_file has the folds")
        }
    }

    private func checkPositives() throws(ConfigurationError) {
        guard let positiveFraction else { return }
        guard sampler == .weighted else {
            throw ConfigurationError(
                key: "positive_fraction", value: "\(positiveFraction)",
                expected: "sampler weighted with it, not \(sampler.rawValue)")
        }
        guard upsample == TrainingConfiguration().upsample else {
            throw ConfigurationError(
                key: "positive_fraction", value: "\(positiveFraction)",
                expected: "no upsample (\(upsample)) beside it: each alone says how often images with cancer are drawn")
        }
    }

    /// Keys that another key's value gives no part have their defaults.
    private func refuse(_ keys: Set<String>, _ expected: String) throws(ConfigurationError) {
        let plain = TrainingConfiguration()
        for key in ConfigurationKey.all where keys.contains(key.name) {
            guard key.written(self) != key.written(plain) else { continue }
            throw ConfigurationError(key: key.name, value: key.written(self) ?? "null", expected: expected)
        }
    }

    private func checkLoss() throws(ConfigurationError) {
        switch loss {
        case .crossEntropy: try refuse(["focal_gamma", "focal_alpha"], "loss focal with it, not bce")
        case .focal: try refuse(["pos_weight"], "loss bce with it: focal_alpha weighs the classes of the focal loss")
        }
        guard softPositive == 1 || labelSmoothing == 0 else {
            throw ConfigurationError(
                key: "label_smoothing", value: labelSmoothing.written,
                expected: "0 beside a soft_positive of \(softPositive): one of both softens labels")
        }
    }

    private func checkOptimizer() throws(ConfigurationError) {
        switch optimizer {
        case .adamW: try refuse(["momentum", "nesterov"], "optimizer sgd with it, not adamw")
        case .sgd: try refuse(["beta1", "beta2", "eps"], "optimizer adamw with it, not sgd")
        }
        guard momentum > 0 || !nesterov else {
            throw ConfigurationError(key: "nesterov", value: "true", expected: "a momentum above 0")
        }
    }

    private func checkSchedule() throws(ConfigurationError) {
        guard minLr <= lr else {
            throw ConfigurationError(key: "min_lr", value: minLr.written, expected: "at most the lr of \(lr)")
        }
        guard schedule == .restarts || (t0 == nil && tMult == 1) else {
            throw ConfigurationError(
                key: t0 == nil ? "t_mult" : "t0", value: "\(t0 ?? tMult)",
                expected: "schedule restarts with it, not \(schedule.rawValue)")
        }
    }

    private func checkEnd() throws(ConfigurationError) {
        guard stopIfBelow == nil || after <= epochs else {
            throw ConfigurationError(key: "after", value: "\(after)", expected: "at most the \(epochs) epochs")
        }
    }

    /// Divides the batches among another number of processes, so that all of them together have as many images.
    ///
    /// - Parameter count: How many processes.
    /// - Throws: `ConfigurationError` where they cannot have equal parts.
    public mutating func divide(among count: Int) throws(ConfigurationError) {
        let all = batchSize * (processes ?? 1)
        guard all % count == 0 else {
            throw ConfigurationError(
                key: "processes", value: "\(count)",
                expected:
                    "a number that divides the \(all) images of a batch: the run was started with \(processes ?? 1)")
        }
        (batchSize, processes) = (all / count, count == 1 ? nil : count)
    }

    /// What prevents a run from being resumed with this configuration. What changes no number (threads, workers, cache,
    /// recompute, keep, checkpoint_minutes) may differ, and the epochs may be more: that extends the run.
    ///
    /// - Parameter earlier: What it was started with.
    /// - Returns: A line for each key: its name, the old value, the new one.
    public func differences(from earlier: TrainingConfiguration) -> [String] {
        ConfigurationKey.all.filter { !$0.mayChange && !($0.name == "epochs" && epochs > earlier.epochs) }.compactMap {
            key in
            let (old, new) = (key.written(earlier.complete), key.written(complete))
            return old == new ? nil : "\(key.name): found \(old ?? "null"), asked for \(new ?? "null")"
        }
    }

    /// The same configuration, with what follows from other keys where a key has no value: what a run is made with.
    package var complete: TrainingConfiguration {
        var complete = self
        complete.weightDecay = effectiveWeightDecay
        return complete
    }

    /// Takes the values of another configuration that a run may have when it is resumed.
    ///
    /// - Parameter other: Has them.
    package mutating func takeChangeable(from other: TrainingConfiguration) {
        for key in ConfigurationKey.all where key.mayChange { _ = key.read(&self, key.written(other)) }
    }

    /// The keys that have other values.
    package func keys(differingFrom other: TrainingConfiguration) -> Set<String> {
        Set(ConfigurationKey.all.filter { $0.written(self) != $0.written(other) }.map(\.name))
    }

    /// All values that there are, by key: what TensorBoard shows beside the scores.
    public var hyperparameters: [(name: String, value: Hyperparameter)] {
        ConfigurationKey.all.compactMap { key in key.hyperparameter(self).map { (key.name, $0) } }
            .sorted { $0.0 < $1.0 }
    }

    /// All keys with their values as text, sorted: for a table.
    package var rows: [(key: String, value: String)] {
        ConfigurationKey.all.map { ($0.name, $0.written(self) ?? "null") }.sorted { $0.0 < $1.0 }
    }
}

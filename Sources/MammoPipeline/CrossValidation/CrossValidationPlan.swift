import MammoData
import MammoTrain

/// What a cross-validation consists of: folds and jobs, checked; nothing is trained yet.
package struct CrossValidationPlan: Sendable {
    /// What lies where.
    package let files: CrossValidationFiles
    /// The folds, rising.
    package let folds: [Int]
    /// All jobs, by fold, then by seed.
    package let jobs: [FoldJob]
    /// The table of the folds.
    package let foldsFile: String
    /// What a person should know of, a line each.
    package let warnings: [String]
    private let record: StageRecord

    /// Makes the folds where no file has them, and checks tables, images and settings of every fold.
    ///
    /// - Parameters:
    ///   - configuration: Of all jobs, validated; `fold` is not looked at.
    ///   - seeds: How many trainings there are of each fold, from `seed` on.
    ///   - out: The folder of everything.
    ///   - isDry: Whether nothing is written.
    /// - Throws: `DataError`, also where the folder has a cross-validation of other settings or inputs.
    package init(_ configuration: TrainingConfiguration, seeds: Int, out: String, isDry: Bool) throws(DataError) {
        let files = CrossValidationFiles(out: out)
        var configuration = configuration
        if configuration.foldsFile == nil, !isDry || Files.status(of: files.folds) != nil {
            try Self.writeFolds(configuration, files)
            (configuration.foldsFile, configuration.shuffleSeed) = (files.folds, nil)
        }
        foldsFile = configuration.foldsFile ?? files.folds
        if let path = configuration.foldsFile {
            folds = Set(try FoldTable(path: path).foldOfPatient.values).sorted()
            configuration.folds = folds.count
        } else {
            folds = Array(0..<configuration.folds)
        }
        record = try Self.record(configuration)
        var (jobs, warnings) = ([FoldJob](), [String]())
        for fold in folds {
            var own = configuration
            own.fold = fold
            let plan = try TrainingPlan(own)
            warnings += plan.table.warnings.map { "fold \(fold): \($0)" }
            jobs += (0..<seeds).map {
                FoldJob(
                    configuration, fold: fold, seed: configuration.seed + $0, stepCount: plan.steps, in: files)
            }
        }
        (self.files, self.jobs, self.warnings) = (files, jobs, warnings)
        if let earlier = StageRecord(path: files.record) { try Self.check(record, against: earlier, files) }
        for job in jobs { try job.checkSettings(on: configuration.device) }
    }

    /// Writes the folds, or finds the same in the folder.
    private static func writeFolds(
        _ configuration: TrainingConfiguration, _ files: CrossValidationFiles
    ) throws(DataError) {
        let table = try ImageTable(path: configuration.csv, need: .labels)
        let made = try StratifiedGroupFolds(
            table, folds: configuration.folds, shuffleSeed: configuration.shuffleSeed.map { UInt32($0) })
        do throws(DataError) {
            // Without a record nothing has been trained on the folds that are there: they may be replaced.
            try SplitFiles.write(made, of: table, to: files.out, force: Files.status(of: files.record) == nil)
        } catch .otherFolds(let path, let found) {
            throw .table(path: path, reason: "holds other folds (found \(found)); name another --out")
        }
    }

    /// Notes the settings and inputs in the folder, so that another cross-validation is not mixed with this one.
    ///
    /// - Throws: `DataError.unwritable`.
    package func writeRecord() throws(DataError) {
        try Files.makeFolder(files.out)
        try record.write(to: files.record, isDone: false)
    }

    /// Keys whose values every job has in common, but for those whose files are compared by contents.
    private static let shared = ConfigurationKey.all.filter {
        !$0.mayChange
            && !["fold", "folds", "folds_file", "shuffle_seed", "weights", "device"].contains($0.name)
    }

    private static func record(_ configuration: TrainingConfiguration) throws(DataError) -> StageRecord {
        var inputs = ["csv": configuration.csv]
        inputs["folds"] = configuration.foldsFile
        if configuration.weights != "none" { inputs["weights"] = configuration.weights }
        var digests: [String: String] = [:]
        for (name, path) in inputs { digests[name] = try SHA256Digest.hex(ofFile: path) }
        digests["images"] = try StageInput.digest(ofImagesIn: configuration.images)
        return StageRecord(
            settings: Dictionary(
                uniqueKeysWithValues: shared.map { ($0.name, $0.written(configuration) ?? "null") }), inputs: digests)
    }

    private static func check(
        _ record: StageRecord, against earlier: StageRecord, _ files: CrossValidationFiles
    ) throws(DataError) {
        var differences = record.settings.keys.sorted().compactMap { key -> String? in
            let (old, new) = (earlier.settings[key], record.settings[key])
            return old == nil || old == new ? nil : "\(key): found \(new ?? "null"), expected \(old ?? "null")"
        }
        differences += Set(record.inputs.keys).union(earlier.inputs.keys).sorted().compactMap { name in
            record.inputs[name] == earlier.inputs[name] ? nil : "\(name): other contents"
        }
        guard differences.isEmpty else {
            throw .table(
                path: files.out,
                reason:
                    "was begun with other settings or inputs (\(differences.joined(separator: "; "))); restore them, "
                    + "or name another --out")
        }
    }
}

import MammoData
import MammoTrain

/// What is to be done in a stage, as far as it can be known before the stages in front of it have run.
package struct StagePlan: Sendable {
    /// The state of a stage.
    package enum State: String, Equatable, Sendable {
        /// With these settings and inputs.
        case done
        /// It was started with them, and is resumed.
        case resumes = "will resume"
        /// It has not been started.
        case toDo = "to do"
    }

    /// Which.
    package let stage: Stage
    /// Its progress.
    package let state: State
    /// What it is made with.
    package let record: StageRecord
    /// Of preprocessing, how many images are already made.
    package let images: (made: Int, all: Int)?

    /// Looks at what is there.
    ///
    /// - Parameters:
    ///   - stage: Which.
    ///   - file: The settings.
    /// - Throws: `RunProblems` where something is there that was made with other settings or inputs, or by another program;
    ///   `DataError` where a file cannot be read.
    package init(_ stage: Stage, _ file: RunFile) throws {
        let (settings, files) = (file.settings, file.settings.files)
        self.stage = stage
        var inputs: [String: String] = [:]
        for input in StageInput.all(of: stage) { inputs[input.rawValue] = try input.digest(settings) }
        record = StageRecord(
            settings: Dictionary(
                uniqueKeysWithValues: stage.keys.map { ($0.name, $0.written(settings) ?? "null") }), inputs: inputs)
        images = stage == .preprocess ? try Self.imagesMade(settings) : nil

        let products = stage.products(settings)
        guard stage != .score, products.contains(where: { Files.status(of: $0) != nil }) else {
            state = .toDo
            return
        }
        guard let earlier = StageRecord(path: files.record(of: stage)) else {
            throw RunProblems([
                RunProblem(
                    path: products[0], line: nil, key: nil,
                    reason: "exists, but \(files.record(of: stage)) does not record its settings; name another "
                        + "out in \(file.path), or remove \(Self.removable(products))")
            ])
        }
        let problems = Self.differences(of: record, from: earlier, products, file)
        guard problems.isEmpty else { throw RunProblems(problems) }
        let isThere = products.allSatisfy { Files.status(of: $0) != nil }
        // Images that are gone or damaged are found by preprocess itself.
        let isWhole = images.map { $0.made == $0.all } ?? true
        state = earlier.isDone && isThere && isWhole ? .done : .resumes
    }

    /// A line for each key or input that differs.
    private static func differences(
        of record: StageRecord, from earlier: StageRecord, _ products: [String], _ file: RunFile
    ) -> [RunProblem] {
        let advice = "name another out, or remove \(removable(products)) to make it again"
        let keys = Set(record.settings.keys).union(earlier.settings.keys).sorted()
        let settings = keys.compactMap { key -> RunProblem? in
            // What an older version did not record had the default's value.
            let other = RunKey.all.first { $0.name == key }?.written(RunSettings()) ?? "null"
            let (old, new) = (earlier.settings[key] ?? other, record.settings[key] ?? other)
            guard old != new, complete(key, old, file.settings) != complete(key, new, file.settings) else { return nil }
            return file.problem(
                key, "found \(new), but \(products[0]) was made with \(old); set \(key): \(old), \(advice)")
        }
        let inputs = StageInput.allCases.compactMap { input -> RunProblem? in
            // What is not there yet is made first, and compared when the stage's turn comes.
            guard let new = record.inputs[input.rawValue], let old = earlier.inputs[input.rawValue], old != new
            else { return nil }
            let reason =
                "found other contents in \(input.name(file.settings)) than \(products[0]) was made with; restore them, "
                + advice
            return input.key.map { file.problem($0, reason) }
                ?? RunProblem(path: file.path, line: nil, key: nil, reason: reason)
        }
        return settings + inputs
    }

    /// A value as this version writes it where it is given: files of earlier ones may have former names, and values where now
    /// there is none.
    private static func complete(_ name: String, _ text: String, _ settings: RunSettings) -> String? {
        guard let key = RunKey.all.first(where: { $0.name == name }) else { return nil }
        var settings = settings
        guard key.read(&settings, text == "null" ? nil : text) == nil else { return nil }
        settings.training = settings.training.complete
        return key.written(settings) ?? "null"
    }

    private static func removable(_ products: [String]) -> String {
        // Weights lie in the run's folder.
        products.filter { !$0.hasPrefix(products[0] + "/") }.joined(separator: " and ")
    }

    private static func imagesMade(_ settings: RunSettings) throws(DataError) -> (made: Int, all: Int) {
        let folder = settings.files.png
        let entries = try Manifest.entries(in: folder)
        let table = Files.status(of: settings.table) == nil ? settings.csv : settings.table
        let rows = try ImageTable(path: table, need: .images).rows
        let made = rows.count { row in
            entries[row.outputName].map { $0.error == nil && Files.status(of: "\(folder)/\(row.outputName)") != nil }
                ?? false
        }
        return (made, rows.count)
    }
}

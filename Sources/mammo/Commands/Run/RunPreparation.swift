import ArgumentParser
import MammoData
import MammoPipeline

/// Checks everything that can be checked before the first stage begins.
struct RunPreparation {
    private let file: RunFile
    private let cuda: CUDAOptions

    init(_ file: RunFile, _ cuda: CUDAOptions) { (self.file, self.cuda) = (file, cuda) }

    /// The state of each stage.
    ///
    /// - Throws: `RunProblems` with everything that is wrong.
    func plans() throws -> [StagePlan] {
        var problems = RunChecks.problems(in: file, cuda.files)
        problems += refusedArguments().filter { problem in !problems.contains { $0.key == problem.key } }
        // What lies in `out` says nothing where that is not known, and a table that cannot be read is named already.
        guard !problems.contains(where: { ["out", "csv"].contains($0.key) }) else { throw RunProblems(problems) }
        var plans: [StagePlan] = []
        for stage in Stage.all(of: file.settings) {
            do {
                plans.append(try StagePlan(stage, file))
            } catch let found as RunProblems {
                problems += found.all.filter { problem in !problems.contains { $0.key != nil && $0.key == problem.key }
                }
            } catch let error as DataError {
                problems.append(RunProblem(path: file.path, line: nil, key: nil, reason: "\(error)"))
            }
        }
        guard problems.isEmpty else { throw RunProblems(problems) }
        return plans
    }

    /// What the stages' commands say of their arguments: their checks are the settings' too.
    private func refusedArguments() -> [RunProblem] {
        let commands = StageCommands(file.settings, cuda, quiet: true)
        var messages: [String] = []
        func parse<Arguments: ParsableArguments>(_ arguments: () throws -> Arguments) {
            do { _ = try arguments() } catch { messages.append(Arguments.message(for: error)) }
        }
        // Each by itself too: a command names the first wrong argument and no other.
        for key in RunKey.pixels {
            let value = key.written(file.settings) ?? ""
            parse { try PixelOptions.parse(["--\(key.name.replacing("_", with: "-"))=\(value)"]) }
        }
        parse(commands.split)
        parse(commands.preprocess)
        parse { try commands.infer(resumes: false) }
        return messages.map(problem).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// `--frame is 0, expected 1 or more.` is reported for the key frame.
    private func problem(_ message: String) -> RunProblem {
        let option = message.matches(of: /--(?<name>[a-z0-9-]+)/).first
        let key = option.map { $0.output.name.map { $0 == "-" ? "_" : String($0) }.joined() }
        guard let option, let key, RunKey.all.contains(where: { $0.name == key }) else {
            return RunProblem(path: file.path, line: nil, key: nil, reason: message)
        }
        let said = message.hasPrefix("\(option.output.0) is ")
        let reason = said ? "found \(message.dropFirst(option.output.0.count + 4))" : message
        return file.problem(key, reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
    }
}

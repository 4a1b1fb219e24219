import ArgumentParser
import MammoBase
import MammoData
import MammoImage

/// What `--dry-run` prints.
struct PlanReport: Encodable {
    private let done: Int
    private let out: String
    private let parameters: String
    private let reasons: [String: Int]
    private let to_do: Int

    init(_ plan: BatchPlan, _ batch: PreprocessBatch) {
        done = plan.done
        out = batch.outputFolder
        parameters = batch.parameters.description
        reasons = Dictionary(uniqueKeysWithValues: plan.reasons.map { ($0.key.rawValue, $0.value) })
        to_do = plan.toDo.count
    }

    func print(json: Bool) {
        if json { return Console.out(JSONText.line(self)) }
        let why = reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Console.out("would make \(to_do.of("image"))\(why.isEmpty ? "" : " (\(why))") in \(out) with \(parameters)")
        Console.out("\(done) are already done")
    }
}

/// What `--verify` prints.
struct FolderReport {
    private let check: FolderCheck
    private let images: Int
    private let out: String

    init(_ work: WorkList, in folder: String, madeWith expected: PreprocessParameters?, jobs: Int) throws {
        check = try FolderCheck(work.items, in: folder, madeWith: expected, jobs: jobs)
        images = work.items.count
        out = folder
    }

    private struct Line: Encodable {
        var file: String
        var problem: String
    }

    private struct Summary: Encodable {
        var images: Int
        var intact: Int
        var out: String
        var parameters: String
        var problems: [Line]
    }

    /// Names every problem; returns the exit status.
    func print(json: Bool) -> ExitCode {
        let lines = check.problems.map { Line(file: $0.name, problem: Self.text($0.problem)) }
        if json {
            let summary = Summary(
                images: images, intact: check.intact, out: out, parameters: check.parameters.description,
                problems: lines)
            Console.out(JSONText.line(summary))
        } else {
            for line in lines { Console.error("mammo preprocess: \(out)/\(line.file): \(line.problem)") }
            Console.out("\(check.intact) of \(images.of("image")) in \(out) are intact, \(lines.count.of("problem"))")
            Console.out("made with \(check.parameters)")
        }
        return ExitStatus.ofBatch(done: check.intact, failed: lines.count)
    }

    private static func text(_ problem: FolderCheck.Problem) -> String {
        switch problem {
        case .missing: "missing; run preprocess again"
        case .failed(let reason): "not made: \(reason)"
        case .damaged: "damaged: differs from the bytes that were written; run preprocess again"
        case .otherParameters(let found, let expected):
            "made with other parameters: found \(found), expected \(expected)"
        case .extra: "extra: not in the list"
        }
    }
}

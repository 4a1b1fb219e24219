import MammoChart
import MammoCompute
import MammoData
import MammoPipeline
import MammoScore

/// What `cross-validate` prints: a plan, or the results.
struct CrossValidateReport {
    private let plan: CrossValidationPlan
    private let json: Bool

    init(_ plan: CrossValidationPlan, json: Bool) { (self.plan, self.json) = (plan, json) }

    private struct PlannedJob: Encodable {
        var finished: Bool
        var fold: Int
        var run: String
        var seed: Int
        var steps: Int
    }

    /// Prints each training and whether it is done.
    func printPlan(_ devices: [DeviceChoice]) {
        let jobs = plan.jobs.map {
            PlannedJob(finished: $0.isFinished, fold: $0.fold, run: $0.path, seed: $0.seed, steps: $0.stepCount)
        }
        if json { return Console.out(JSONText.line(jobs)) }
        let states = plan.jobs.map { job in
            job.isFinished ? "done" : Files.status(of: job.steps) != nil ? "will resume" : "to do"
        }
        let rows = zip(jobs, states).map { [$0.run, "\($0.fold)", "\($0.seed)", "\($0.steps)", $1] }
        for line in TextTable.lines(header: ["run", "fold", "seed", "steps", "state"], rows: rows) { Console.out(line) }
        let names = devices.map(\.description).joined(separator: ", ")
        let processes = devices.count == 1 ? "One process" : "\(devices.count) processes"
        Console.out("\(processes) on \(names). Nothing was trained.")
    }

    /// Prints the results.
    func print(_ results: CrossValidationResults) {
        for warning in results.evaluation.warnings { Console.error("mammo cross-validate: warning: \(warning)") }
        let summary = CrossValidationSummary(results)
        if json { return Console.out(JSONText.line(summary)) }
        let table = results.foldTable
        for line in TextTable.lines(header: table.header, rows: table.rows) { Console.out(line) }
        Console.out("")
        TextTable.facts(summary.rows).forEach { Console.out($0) }
    }
}

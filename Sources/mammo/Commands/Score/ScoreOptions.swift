import ArgumentParser
import CProcess
import Dispatch
import MammoData
import MammoScore

extension MammoScore.Unit: ExpressibleByArgument {}
extension Aggregate: ExpressibleByArgument {}

/// How `score` scores.
struct ScoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The unit that is reported in detail.", valueName: "unit"))
    var unit: MammoScore.Unit = .breast

    @Option(help: ArgumentHelp("How scores of a unit are combined.", valueName: "how"))
    var aggregate: Aggregate = .mean

    @Option(help: ArgumentHelp("Positive above this. (default: the best threshold)", valueName: "t"))
    var threshold: Double?

    @Option(help: ArgumentHelp("Weight of recall relative to precision.", valueName: "b"))
    var beta = 1.0

    @Option(help: ArgumentHelp("Step of the grid of thresholds.", valueName: "step"))
    var grid = 0.05

    @Option(help: ArgumentHelp("Bootstrap resamples of patients for intervals.", valueName: "n"))
    var bootstrap = 0

    @Option(help: ArgumentHelp("Random seed of --bootstrap.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Choose each fold's threshold on the other folds.", discussion: "A table with columns patient_id and fold.",
            valueName: "file"),
        completion: .table)
    var foldsFile: String?

    @Flag(help: "Accept labels without predictions, as of one fold.")
    var partial = false

    @Option(help: ArgumentHelp("Resamples at a time. (default: all cores)", valueName: "n"))
    var jobs: Int?

    func validate() throws {
        try Validation.check("--threshold", threshold, in: 0...1)
        try Validation.check("--beta", beta, in: 0.001...100)
        try Validation.check("--grid", grid, in: 0.0001...1)
        try Validation.check("--bootstrap", bootstrap, in: 0...1_000_000)
        try Validation.check("--jobs", jobs, in: Validation.atATime)
    }

    var evaluation: EvaluationOptions {
        var options = EvaluationOptions()
        (options.unit, options.aggregate, options.threshold) = (unit, aggregate, threshold)
        (options.beta, options.grid, options.resamples, options.seed) = (beta, grid, bootstrap, seed)
        options.workers = jobs ?? Int(cprocess_available_cores())
        return options
    }
}

import ArgumentParser
import CProcess
import Dispatch
import MammoData
import MammoScore

extension MammoScore.Unit: ExpressibleByArgument {}
extension Aggregate: ExpressibleByArgument {}

/// How `score` scores.
struct ScoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What is told of at length: image, breast or patient.", valueName: "unit"))
    var unit: MammoScore.Unit = .breast

    @Option(help: ArgumentHelp("How scores of a unit become one: mean, max or noisy-or.", valueName: "how"))
    var aggregate: Aggregate = .mean

    @Option(help: ArgumentHelp("Call positive what is greater; else the best threshold is taken.", valueName: "t"))
    var threshold: Double?

    @Option(help: ArgumentHelp("How many times as much recall weighs as precision.", valueName: "b"))
    var beta = 1.0

    @Option(help: ArgumentHelp("The step of the grid of thresholds.", valueName: "step"))
    var grid = 0.05

    @Option(help: ArgumentHelp("How many times to draw the patients anew for intervals.", valueName: "n"))
    var bootstrap = 0

    @Option(help: ArgumentHelp("Which draws.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Folds (patient_id, fold): a threshold from the other folds for each.", valueName: "file"))
    var foldsFile: String?

    @Flag(help: "The predictions are of some of the labels' patients only, as of one fold.")
    var partial = false

    @Option(help: ArgumentHelp("How many draws at a time.", valueName: "n"))
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

import ArgumentParser

/// What `score` prints and writes.
struct ScoreOutputOptions: ParsableArguments {
    @Flag(help: "Print every table: units, groups, calibration ….")
    var full = false

    @Flag(help: "Print TP, FP, FN and TN at the threshold.")
    var confusion = false

    @Option(
        help: ArgumentHelp(
            "List so many false negatives and false positives.",
            discussion: "Those with the largest |label - score|, at most so many of each kind.", valueName: "n"))
    var worst = 0

    @Option(
        help: ArgumentHelp("Write a page with curves and tables.", valueName: "file.html"), completion: .page)
    var report: String?

    @Option(
        help: ArgumentHelp(
            "PNGs to show --worst with in --report.", discussion: "A folder that mammo preprocess has written.",
            valueName: "folder"),
        completion: .directory)
    var images: String?

    func validate() throws {
        try Validation.check("--worst", worst, in: 0...1000)
        if images != nil && (report == nil || worst == 0) {
            throw ValidationError("--images is given, but not both --worst and --report; it shows the one in the other")
        }
    }
}

import ArgumentParser
import MammoBase
import MammoData

struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Split a table into parts to preprocess and folds to train on.",
        discussion: """
            EXAMPLES
              mammo split --csv train.csv --parts 8 --out parts
              mammo split --csv train.csv --folds 4 --shuffle-seed 7 --out folds
              mammo split --csv train.csv --parts 8 --by patient --out parts

            --parts writes part-0.txt, part-1.txt, …, one patient/image.dcm per line, and split.json. The parts are \
            those of numpy.array_split.

            --folds writes folds.csv with the columns patient_id, image_id, cancer and fold. The folds are those of \
            scikit-learn's StratifiedGroupKFold(shuffle=False); with --shuffle-seed N those of shuffle=True and \
            random_state=N.
            """)

    enum Unit: String, ExpressibleByArgument, CaseIterable {
        case image
        case patient
    }

    @Option(
        help: ArgumentHelp(
            "The table of images.", discussion: "It has columns patient_id and image_id, and cancer for --folds.",
            valueName: "file"),
        completion: .table)
    var csv: String

    @Option(help: ArgumentHelp("Number of parts.", valueName: "n"))
    var parts: Int?

    @Option(
        help: ArgumentHelp(
            "What is kept in one part.",
            discussion: "image splits as numpy does; patient keeps a patient's images together.",
            valueName: "unit"))
    var by: Unit = .image

    @Option(help: ArgumentHelp("Number of folds.", valueName: "n"))
    var folds: Int?

    @Option(help: ArgumentHelp("Shuffle patients before --folds with this seed.", valueName: "n"))
    var shuffleSeed: UInt32?

    @Option(
        help: ArgumentHelp("The folder to write to; created if missing.", valueName: "folder"), completion: .directory)
    var out: String

    @Flag(help: "Replace a folds.csv that holds other folds.")
    var force = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Flag(help: "Show no progress.")
    var quiet = false

    func validate() throws {
        guard parts != nil || folds != nil else {
            throw ValidationError("nothing to make; give --parts N, --folds N, or both")
        }
        try Validation.check("--parts", parts, in: 1...100_000)
        try Validation.check("--folds", folds, in: 2...1000)
        if shuffleSeed != nil && folds == nil {
            throw ValidationError("--shuffle-seed goes with --folds; give --folds N")
        }
    }

    func run() throws {
        try Console.run("split") {
            let table = try ImageTable(path: csv, need: folds != nil ? .labels : .images)
            var result = Result()
            // Folds first: they may be impossible, and then nothing should have been written.
            if let folds { result.folds = try makeFolds(of: table, count: folds) }
            if let parts { result.parts = try makeParts(of: table, count: parts) }
            if json { Console.out(JSONText.line(result)) }
        }
    }

    private struct Result: Encodable {
        var folds: [FoldSummary]?
        var parts: SplitFiles.Summary?
    }

    private func makeParts(of table: ImageTable, count: Int) throws -> SplitFiles.Summary {
        let parts =
            switch by {
            case .image: Parts.byImage(count: table.rows.count, parts: count)
            case .patient: Parts.byPatient(of: table, parts: count)
            }
        let summary = try SplitFiles.write(parts, of: table, by: by.rawValue, to: out)
        if !json {
            Console.out(
                "\(summary.images.of("image")) of \(summary.patients.of("patient")) in \(count.of("part")), by \(by.rawValue)"
            )
            let rows = summary.sizes.enumerated().map { ["\(out)/part-\($0).txt", "\($1)"] }
            for line in TextTable.lines(header: ["part", "images"], rows: rows) { Console.out(line) }
            if summary.patientsDivided > 0 {
                Console.out(
                    "\(summary.patientsDivided) patients have images in two parts; --by patient prevents this")
            }
        }
        return summary
    }

    private func makeFolds(of table: ImageTable, count: Int) throws -> [FoldSummary] {
        let progress = Progress(total: table.rows.count, unit: "image", style: .suited(quiet: quiet))
        let folds = try progress.during {
            try StratifiedGroupFolds(table, folds: count, shuffleSeed: shuffleSeed) { progress.advance(by: $0) }
        }
        for warning in folds.warnings { Console.error("mammo split: warning: \(warning)") }
        try SplitFiles.write(folds, of: table, to: out, force: force)
        let summaries = FoldSummary.all(of: folds, in: table)
        if !json {
            Console.out("\(out)/folds.csv")
            let rows = summaries.map { fold in
                let rate = fold.images > 0 ? 100 * Double(fold.cancers) / Double(fold.images) : 0
                return [
                    "\(fold.fold)", "\(fold.images)", "\(fold.patients)", "\(fold.cancers)", "\(rate.decimals(2)) %",
                ]
            }
            let header = ["fold", "images", "patients", "cancers", "rate"]
            for line in TextTable.lines(header: header, rows: rows) { Console.out(line) }
        }
        return summaries
    }
}

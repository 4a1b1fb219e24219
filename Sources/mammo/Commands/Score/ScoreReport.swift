import MammoChart
import MammoScore

/// What `score` prints for people.
struct ScoreReport {
    private let evaluation: Evaluation
    private let tables: JoinedTables

    init(_ evaluation: Evaluation, _ tables: JoinedTables) { (self.evaluation, self.tables) = (evaluation, tables) }

    /// What was passed over, and what to beware of.
    func printMessages(_ problems: [String]) {
        Messages.print(problems, "score")
        if tables.absentPatients > 0 {
            let path = tables.labels.path
            Console.error(
                "mammo score: \(tables.absentPatients) patients of \(path) have no prediction and are not scored")
        }
        for warning in evaluation.warnings { Console.error("mammo score: warning: \(warning)") }
    }

    /// The main figures and what was asked for besides, or every table.
    func print(_ output: ScoreOutputOptions) {
        let short = [
            evaluation.summary, output.confusion ? evaluation.confusionTable : nil, evaluation.worstTable,
        ].compactMap { $0 }
        TextTable.print(output.full ? evaluation.tables : short)
    }
}

import MammoChart
import MammoScore

/// What `score` prints for people.
struct ScoreReport {
    private let evaluation: Evaluation
    private let tables: JoinedTables

    init(_ evaluation: Evaluation, _ tables: JoinedTables) { (self.evaluation, self.tables) = (evaluation, tables) }

    /// What was passed over, and what to beware of.
    func printMessages() {
        Messages.print(tables.problems, "score")
        if tables.absentPatients > 0 {
            let path = tables.labels.path
            Console.error(
                "mammo score: \(tables.absentPatients) patients of \(path) have no prediction and are not scored")
        }
        for warning in evaluation.warnings { Console.error("mammo score: warning: \(warning)") }
    }

    func print() {
        for (place, table) in evaluation.tables.enumerated() {
            if place > 0 { Console.out("") }
            Console.out(table.title)
            for line in TextTable.lines(header: table.header, rows: table.rows) { Console.out("  " + line) }
        }
    }
}

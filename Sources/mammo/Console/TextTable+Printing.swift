import MammoChart

extension TextTable {
    /// Tables under their titles, a line between two.
    static func print(_ tables: [SummaryTable]) {
        for (place, table) in tables.enumerated() {
            if place > 0 { Console.out("") }
            Console.out(table.title)
            for line in lines(header: table.header, rows: table.rows) { Console.out("  " + line) }
        }
    }
}

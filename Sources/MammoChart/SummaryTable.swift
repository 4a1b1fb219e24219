/// A table of figures for people, in text or in a page.
public struct SummaryTable: Sendable {
    /// What it shows.
    public let title: String
    /// The columns' names; the first is that of the rows.
    public let header: [String]
    /// The rows, as many fields each as the header.
    public let rows: [[String]]

    package init(title: String, header: [String], rows: [[String]]) {
        (self.title, self.header, self.rows) = (title, header, rows)
    }
}

/// check-cuda's table of operations, tab-separated.
package enum OperationTable {
    static let columns = [
        "operation", "stage", "type", "batch", "times_per_image", "least_ms", "took_ms", "share_of_nominal",
        "share_of_measured", "gigabytes_per_second", "gigaflops_per_second", "bound",
    ]

    /// Reads a table; a last line that a stopped program left torn is passed over.
    ///
    /// - Parameters:
    ///   - text: The table.
    ///   - path: Where it lies, for messages.
    /// - Returns: Its rows.
    /// - Throws: `StepProblem.failed` where it is another table.
    package static func read(_ text: String, path: String) throws(StepProblem) -> [OperationRow] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        guard let header = lines.first, header.split(separator: "\t").map(String.init) == columns else {
            throw .failed(
                "\(path): the header is '\(lines.first?.prefix(120) ?? "")', expected \(columns.joined(separator: " "))"
            )
        }
        var rows: [OperationRow] = []
        for (number, line) in lines.enumerated().dropFirst() {
            guard let row = row(line) else {
                throw .failed("\(path):\(number + 1): '\(line.prefix(120))' is no row of the table of operations")
            }
            rows.append(row)
        }
        return rows
    }

    private static func row(_ line: Substring) -> OperationRow? {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == columns.count, let stage = Int(fields[1]), let batch = Int(fields[3]),
            let times = Int(fields[4]), let least = Double(fields[5]), let took = Double(fields[6]),
            let bytes = Double(fields[9]), let operations = Double(fields[10])
        else { return nil }
        let shares = fields[7...8].map { Double($0) }
        return OperationRow(
            operation: fields[0], stage: stage, type: fields[2], batch: batch, times_per_image: times, least_ms: least,
            took_ms: took, share_of_nominal: shares[0], share_of_measured: shares[1], gigabytes_per_second: bytes,
            gigaflops_per_second: operations, bound: fields[11])
    }
}

extension [OperationRow] {
    /// The operations of a step, without the copy and the product that only tell what the card can do, and without the sum.
    package var ofNetwork: [OperationRow] { filter { $0.times_per_image > 0 && $0.operation != "training_step" } }

    /// All of a step's operations together.
    package var sum: OperationRow? { first { $0.operation == "training_step" } }

    /// The large copy.
    package var copy: OperationRow? { first { $0.operation == "copy" } }

    /// Those whose calls take the longest together, the longest first.
    package func longest(_ count: Int) -> [OperationRow] {
        Array(ofNetwork.sorted { $0.totalMilliseconds > $1.totalMilliseconds }.prefix(count))
    }
}

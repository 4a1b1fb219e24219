extension [Float] {
    /// Matrices one after another, each with its rows made columns: channels × positions becomes positions × channels.
    ///
    /// - Parameters:
    ///   - matrices: How many there are.
    ///   - rows: Rows of each.
    ///   - columns: Columns of each.
    /// - Returns: As many matrices of columns × rows.
    package func transposed(matrices: Int, rows: Int, columns: Int) -> [Float] {
        precondition(count == matrices * rows * columns, "\(count) values for \(matrices) of \(rows)×\(columns)")
        return [Float](unsafeUninitializedCapacity: count) { out, filled in
            for matrix in 0..<matrices {
                let first = matrix * rows * columns
                for row in 0..<rows {
                    for column in 0..<columns {
                        out[first + column * rows + row] = self[first + row * columns + column]
                    }
                }
            }
            filled = count
        }
    }
}

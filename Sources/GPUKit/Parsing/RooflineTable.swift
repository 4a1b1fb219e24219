/// check-cuda --roofline: what must be moved for an image, in Markdown; two tables for each network, ConvNeXt-tiny's first.
package enum RooflineTable {
    /// The bytes of ConvNeXt-tiny for an image of 2048×1024, in inference and in training; nil where the table has another form.
    package static func bytes(_ text: String) -> (inference: Double, training: Double)? {
        let sums = text.split(separator: "\n").compactMap { line -> Double? in
            let cells = line.split(separator: "|").map { $0.filter { $0 != " " } }
            return cells.count > 2 && cells[0] == "all" ? Double(cells[1]).map { $0 * 1e6 } : nil
        }
        return sums.count >= 2 ? (sums[0], sums[1]) : nil
    }
}

/// Which images a grid takes, the first choice first.
public struct GridSelection: Equatable, Sendable {
    /// All that may be taken, each once.
    public let candidates: [GridCandidate]
    /// Images of the manifest that preprocessing could not make.
    public let notMade: Int

    /// The images of `table`, of one label where it is given, in the order of a shuffle of the table's by
    /// `RandomState(seed)`.
    ///
    /// - Throws: `DataError.table` where no image has the label.
    public static func random(
        from table: ImageTable, cancer: Bool?, seed: UInt32
    ) throws(DataError) -> GridSelection {
        var candidates = try table.rows(cancer: cancer).map { row in
            GridCandidate(file: row.outputName, cancer: row.cancer, doubt: nil)
        }
        var random = LegacyRandomState(seed: seed)
        random.shuffle(&candidates)
        return GridSelection(candidates: candidates, notMade: 0)
    }

    /// The images of `folder` by its manifest, the most unusual crop first, equals by name. Where there is a `table`, only
    /// its images, of one label where it is given.
    ///
    /// - Throws: `DataError` where there is no manifest, or it has none of these images.
    public static func worst(
        in folder: String, of table: ImageTable?, cancer: Bool?
    ) throws(DataError) -> GridSelection {
        let path = "\(folder)/\(Manifest.fileName)"
        let entries = try Manifest.entries(in: folder)
        guard !entries.isEmpty else {
            throw .table(path: path, reason: "names no image; the worst are found by the manifest of mammo preprocess")
        }
        let rows = try table?.rows(cancer: cancer)
        let rowOfFile = rows.map { rows in
            Dictionary(rows.map { ($0.outputName, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let asked = entries.values.filter { rowOfFile?.keys.contains($0.output) ?? true }
        let made = asked.filter { $0.error == nil }
        guard !made.isEmpty else {
            throw .table(path: path, reason: "names \(entries.count) images, none of which was made and is asked for")
        }
        let candidates = made.map { entry in
            GridCandidate(file: entry.output, cancer: rowOfFile?[entry.output]?.cancer, doubt: CropDoubt(entry))
        }
        return GridSelection(
            candidates: candidates.sorted { left, right in
                let (one, other) = (left.doubt?.score ?? 0, right.doubt?.score ?? 0)
                return one != other ? one > other : left.file < right.file
            }, notMade: asked.count - made.count)
    }
}

extension ImageTable {
    /// The rows of one label, or all.
    fileprivate func rows(cancer: Bool?) throws(DataError) -> [Row] {
        guard let cancer else { return rows }
        let chosen = rows.filter { $0.cancer == cancer }
        guard !chosen.isEmpty else {
            throw .table(path: path, reason: "none of the \(rows.count) images has cancer \(cancer ? 1 : 0)")
        }
        return chosen
    }
}

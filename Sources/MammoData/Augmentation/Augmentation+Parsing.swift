extension Augmentation {
    /// Reads a list as the command line has it.
    ///
    /// - Parameter text: Names with or without values, between commas; `none` or nothing changes nothing.
    /// - Throws: `DataError.augmentation` with what is wrong and what would be right.
    public init(parsing text: String) throws(DataError) {
        let entries = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        if entries == [""] || entries == ["none"] {
            self = .none
            return
        }
        var items: [Item] = []
        for entry in entries {
            let item = try Self.item(entry)
            guard !items.contains(where: { $0.kind == item.kind }) else {
                throw .augmentation("\(item.kind.rawValue) occurs twice in '\(text)'")
            }
            items.append(item)
        }
        self.init(items: items)
    }

    private static func item(_ entry: String) throws(DataError) -> Item {
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0).trimmed
        }
        let name = parts.first ?? ""
        guard let kind = AugmentationKind(rawValue: name) else {
            let known = AugmentationKind.allCases.map(\.example).joined(separator: ", ")
            let names = AugmentationKind.allCases.map(\.rawValue)
            let meant = NearestName.of(name, in: names).map { "; did you mean \($0)?" } ?? ""
            throw .augmentation("'\(name)' is not an augmentation, expected \(known)\(meant)")
        }
        let fields = parts.count < 2 ? [] : parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let values = fields.compactMap { Double(String($0).trimmed) }
        guard values.count == fields.count, values.allSatisfy(\.isFinite), kind.takes(values) else {
            let written = parts.count < 2 ? "\(name) without a value" : "'\(entry)'"
            throw .augmentation("\(written) is not valid; expected a form such as \(kind.example): \(kind.meaning)")
        }
        return Item(kind: kind, values: values)
    }
}

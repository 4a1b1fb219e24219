/// In which order the state dicts of a file are taken: averages first, as timm prefers `state_dict_ema`; then by the names that
/// programs usually give them; then those nearer to the top.
enum TableOrder {
    private static let usual = [
        "state_dict", "model_state_dict", "model", "model_state", "module", "net", "network", "weights", "params",
        "ema", "ema_state_dict",
    ]

    /// Lightning's WeightAveraging keeps the averages under "state_dict", and the weights under this.
    private static let beneathAverages = "current_model_state"

    /// The tables in order, those of averages marked.
    static func sorted(_ tables: [TensorTable]) -> [TensorTable] {
        var tables = tables
        if tables.contains(where: { $0.keys == [beneathAverages] }) {
            for place in tables.indices where tables[place].keys == ["state_dict"] { tables[place].isAverage = true }
        }
        return tables.enumerated().sorted { first, second in
            let (a, b) = (first.element, second.element)
            if a.isAverage != b.isAverage { return a.isAverage }
            return (rank(a.keys), a.keys.count, first.offset) < (rank(b.keys), b.keys.count, second.offset)
        }.map(\.element)
    }

    /// How usual the keys are, 0 for none; keys of one rank do not tell which is meant.
    static func rank(_ keys: [String]) -> Int {
        guard let last = keys.last else { return 0 }
        guard keys.allSatisfy(usual.contains), let place = usual.firstIndex(of: last) else { return usual.count + 1 }
        return place + 1
    }
}

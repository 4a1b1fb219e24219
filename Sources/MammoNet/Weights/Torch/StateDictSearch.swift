/// Looks for state dicts in a pickle: dictionaries of tensors at any depth, kinds of dictionaries, and whole modules. Nothing is
/// looked at twice, however often a file refers to it.
struct StateDictSearch {
    /// Deeper, or in more places, no program keeps a state dict.
    private enum Limits {
        static let depth = 8
        static let tables = 64
        static let values = 1 << 20
        /// Bytes of a name: a module may be its own part.
        static let name = 512
    }

    private let tensors: TorchTensors
    private var tables: [TensorTable] = []
    private var seen: Set<Int> = []
    private var looked = 0

    private var pickle: Pickle { tensors.pickle }

    /// All state dicts, those nearer to the root first.
    static func tables(in tensors: TorchTensors) -> [TensorTable] {
        var search = StateDictSearch(tensors: tensors)
        search.run()
        return search.tables
    }

    private init(tensors: TorchTensors) { self.tensors = tensors }

    private mutating func run() {
        var next: [(value: PickleValue, keys: [String])] = [(pickle.root, [])]
        for _ in 0...Limits.depth {
            var deeper: [(value: PickleValue, keys: [String])] = []
            for (value, keys) in next { deeper += look(at: value, keys) }
            next = deeper
        }
    }

    /// Takes the tensors of a value; gives what it holds besides.
    private mutating func look(at value: PickleValue, _ keys: [String]) -> [(value: PickleValue, keys: [String])] {
        guard isNew(value), tables.count < Limits.tables else { return [] }
        if case .list(let place) = value { return inner(pickle.sequences[place], keys) }
        if case .tuple(let place) = value { return inner(pickle.sequences[place], keys) }
        guard let items = pickle.items(of: value) else { return [] }
        looked += items.count
        guard looked <= Limits.values else { return [] }
        if isModule(items) {
            var table = TensorTable(keys: keys)
            take(module: items, into: &table)
            if !table.tensors.isEmpty { tables.append(table) }
            return []
        }
        var table = TensorTable(keys: keys)
        var inner: [(value: PickleValue, keys: [String])] = []
        for case (.text(let name), let value) in items {
            switch value {
            case .dictionary, .list, .tuple: inner.append((value, keys + [name]))
            case .object: inner.append((value, keys + [name]))
            default: break
            }
            take(name, value, into: &table)
        }
        if !table.tensors.isEmpty {
            if case .dictionary(let place) = value { table.metadata = metadata(ofDictionary: place) }
            tables.append(table)
        }
        return inner
    }

    /// Items of a short list: a program may save several state dicts in one.
    private func inner(_ items: [PickleValue], _ keys: [String]) -> [(value: PickleValue, keys: [String])] {
        guard items.count <= 16 else { return [] }
        return items.enumerated().map { ($1, keys + ["\($0)"]) }
    }

    private mutating func isNew(_ value: PickleValue) -> Bool {
        switch value {
        case .list(let place), .tuple(let place): seen.insert(4 * place).inserted
        case .dictionary(let place): seen.insert(4 * place + 1).inserted
        case .object(let place): seen.insert(4 * place + 2).inserted
        default: false
        }
    }

    private func take(_ name: String, _ value: PickleValue, into table: inout TensorTable) {
        switch tensors.found(name, value) {
        case .tensor(let entry): table.add(entry)
        case .unread(let reason): table.add(unread: name, reason)
        }
    }

    // A module that was saved whole: torch.nn.Module keeps what it has under these names.

    private func isModule(_ items: [Pickle.Item]) -> Bool {
        let names = items.compactMap { if case .text(let name) = $0.key { name } else { nil } }
        return names.contains("_parameters") && names.contains("_modules")
    }

    /// The state dict of a module, depth first as torch makes it.
    private mutating func take(module items: [Pickle.Item], into table: inout TensorTable) {
        var left = [(items: items, prefix: "")]
        while let (items, prefix) = left.popLast(), looked <= Limits.values {
            looked += 1
            var inner: [(items: [Pickle.Item], prefix: String)] = []
            for case (.text(let kind), let value) in items {
                guard ["_parameters", "_buffers", "_modules"].contains(kind), let parts = pickle.items(of: value) else {
                    continue
                }
                looked += parts.count
                for case (.text(let name), let part) in parts where part != .none {
                    if kind != "_modules" {
                        take(prefix + name, part, into: &table)
                    } else if prefix.utf8.count + name.utf8.count < Limits.name, let items = pickle.items(of: part) {
                        inner.append((items, "\(prefix)\(name)."))
                    }
                }
            }
            left += inner.reversed()
        }
    }

    /// What our own files say of themselves, beside an OrderedDict's versions of modules.
    private func metadata(ofDictionary place: Int) -> [String: String] {
        guard let state = pickle.attributes[place], let attributes = pickle.items(of: state) else { return [:] }
        var texts: [String: String] = [:]
        for case (.text(TorchWriter.attribute), let value) in attributes {
            for case (.text(let key), .text(let text)) in pickle.items(of: value) ?? [] { texts[key] = text }
        }
        return texts
    }
}

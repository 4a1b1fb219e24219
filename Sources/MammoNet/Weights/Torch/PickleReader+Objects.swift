// What a pickle would call: torch's functions that make tensors are known, everything else becomes an object that does nothing.
extension PickleReader {
    func global(_ module: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> PickleGlobal {
        PickleGlobal(module: String(decoding: module, as: UTF8.self), name: String(decoding: name, as: UTF8.self))
    }

    mutating func stackGlobal() throws(WeightsError) {
        let names = try pop(2)
        guard case .text(let module) = names[0], case .text(let name) = names[1] else {
            throw damaged("a class has no name")
        }
        try push(.global(PickleGlobal(module: module, name: name)))
    }

    /// A function with its arguments.
    mutating func reduce() throws(WeightsError) {
        let arguments = try pop()
        try push(try called(try pop(), arguments))
    }

    /// A class with its arguments, and with those that have names.
    mutating func newObject(hasKeywords: Bool) throws(WeightsError) {
        if hasKeywords { _ = try pop() }
        try reduce()
    }

    mutating func instance(of type: PickleGlobal, _ arguments: [Value]) throws(WeightsError) {
        try instance(of: .global(type), arguments)
    }

    mutating func instance(of type: Value, _ arguments: [Value]) throws(WeightsError) {
        try push(try called(type, .tuple(add(arguments))))
    }

    private mutating func called(_ function: Value, _ arguments: Value) throws(WeightsError) -> Value {
        var items: [Value] = []
        if case .tuple(let place) = arguments { items = pickle.sequences[place] }
        switch function {
        case .global(.dictionary): return .dictionary(try dictionary(items))
        case .global(.rebuild(.tensor)): if let tensor = tensor(items) { return tensor }
        case .global(.rebuild(.parameter)): if let first = items.first, case .tensor = first { return first }
        case .global(.rebuild(.subclass)):
            if items.count >= 3, items[0] != function { return try called(items[0], items[2]) }
        case .global(.size): if let first = items.first, case .tuple = first { return first }
        default: break
        }
        pickle.objects.append(Pickle.Object(name: pickle.name(of: function), arguments: arguments))
        return .object(pickle.objects.count - 1)
    }

    /// Empty, as Python 3 makes them, or of pairs, as Python 2 did.
    private mutating func dictionary(_ arguments: [Value]) throws(WeightsError) -> Int {
        let place = addDictionary()
        guard let last = arguments.last else { return place }
        if case .dictionary(let other) = last {
            try count(pickle.dictionaries[other].count)
            pickle.dictionaries[place] = pickle.dictionaries[other]
        } else if case .list(let list) = last {
            try count(pickle.sequences[list].count)
            for pair in pickle.sequences[list] {
                guard let items = sequence(pair), items.count == 2 else { continue }
                pickle.dictionaries[place].append((items[0], items[1]))
            }
        }
        return place
    }

    func sequence(_ value: Value) -> [Value]? {
        switch value {
        case .tuple(let place), .list(let place): pickle.sequences[place]
        default: nil
        }
    }

    private func numbers(_ value: Value) -> [Int]? {
        guard let items = sequence(value), items.count <= 64 else { return nil }
        var numbers: [Int] = []
        for item in items {
            guard case .number(let number) = item else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// (storage, offset, shape, strides, requires_grad, hooks), and of `_rebuild_tensor_v3` the type; nil where they are not.
    private mutating func tensor(_ arguments: [Value]) -> Value? {
        guard arguments.count >= 4, case .storage(let place) = arguments[0], case .number(let offset) = arguments[1],
            let shape = numbers(arguments[2]), let strides = numbers(arguments[3]), shape.count == strides.count
        else { return nil }
        var (type, name) = (pickle.storages[place].type, pickle.storages[place].typeName)
        if arguments.count >= 7, case .global(let global) = arguments[6] {
            name = global.name
            if case .type(let own, _) = global { type = own } else { type = nil }
        }
        return keep(
            Pickle.Tensor(storage: place, type: type, typeName: name, offset: offset, shape: shape, strides: strides))
    }

    private mutating func keep(_ tensor: Pickle.Tensor) -> Value {
        pickle.tensors.append(tensor)
        return .tensor(pickle.tensors.count - 1)
    }

    /// What torch keeps outside of the pickle: ("storage", its class, its key, a device, how many values) and in the format of
    /// before 1.6 a view; ("module", a class, its source) there, which stands for the class.
    mutating func persistent(_ id: Value) throws(WeightsError) {
        let parts = sequence(id) ?? []
        if parts.count >= 2, parts[0] == .text("module") { return try push(parts[1]) }
        guard parts.count == 5 || (parts.count == 6 && parts[5] == .none), parts[0] == .text("storage"),
            case .global(let type) = parts[1], let key = self.key(parts[2]), case .number(let count) = parts[4],
            count >= 0, count <= 1 << 40
        else { throw damaged("a storage is not described as torch does") }
        switch type {
        case .storage(let element, let name):
            keep(Pickle.Storage(key: key, type: element, typeName: name, count: count, isUntyped: false))
        case .untypedStorage:
            keep(Pickle.Storage(key: key, type: nil, typeName: type.name, count: count, isUntyped: true))
        default:
            keep(Pickle.Storage(key: key, type: nil, typeName: type.name, count: count, isUntyped: false))
        }
        try push(.storage(pickle.storages.count - 1))
    }

    private mutating func keep(_ storage: Pickle.Storage) { pickle.storages.append(storage) }

    private func key(_ value: Value) -> String? {
        switch value {
        case .text(let text): text
        case .number(let number): "\(number)"
        default: nil
        }
    }

    /// An object's attributes, or a dictionary's own. Others keep none.
    mutating func build() throws(WeightsError) {
        let state = try pop()
        switch try top() {
        case .object(let place): pickle.objects[place].state = attributes(state)
        case .dictionary(let place): pickle.attributes[place] = state
        default: break
        }
    }

    /// Of an object with slots: (attributes or None, those in slots).
    private func attributes(_ state: Value) -> Value {
        guard case .tuple(let place) = state, pickle.sequences[place].count == 2 else { return state }
        return pickle.sequences[place].first { if case .dictionary = $0 { true } else { false } } ?? state
    }
}

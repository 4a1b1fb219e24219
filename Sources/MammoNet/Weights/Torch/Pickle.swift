/// What a pickle holds: its root, and all that its values name by their places.
struct Pickle {
    /// A value, and its key in a dictionary.
    typealias Item = (key: PickleValue, value: PickleValue)

    /// What the pickle is of.
    var root = PickleValue.none
    /// Tuples, lists and sets.
    var sequences: [[PickleValue]] = []
    /// Dictionaries, in order; what was set twice is there twice.
    var dictionaries: [[Item]] = []
    /// Attributes of dictionaries, by their places: an OrderedDict may have some.
    var attributes: [Int: PickleValue] = [:]
    /// Instances of classes that are not known.
    var objects: [Object] = []
    /// torch's storages.
    var storages: [Storage] = []
    /// Views of storages.
    var tensors: [Tensor] = []

    /// An instance of a class that is not known, or what an unknown function would have given.
    struct Object {
        /// The class or the function: "argparse.Namespace".
        let name: String
        /// What it was made of.
        let arguments: PickleValue
        /// Its attributes; usually a dictionary.
        var state = PickleValue.none
        /// Where its items are in `dictionaries`, where it is a kind of dictionary.
        var items: Int?
    }

    /// A run of values that lie elsewhere in the file.
    struct Storage {
        let key: String
        /// nil: of a type that is not read, or of bytes.
        let type: ElementType?
        /// torch.FloatStorage.
        let typeName: String
        /// Values; bytes where it has no type of its own.
        let count: Int
        /// Whether it is of bytes, and its tensors have the type.
        let isUntyped: Bool
    }

    /// A view of a storage.
    struct Tensor {
        /// A place in `storages`.
        let storage: Int
        /// nil: of a type that is not read.
        let type: ElementType?
        let typeName: String
        /// In values.
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    /// The items of a dictionary, or of an object that is a kind of dictionary or has attributes; nil of other values.
    func items(of value: PickleValue) -> [Item]? {
        switch value {
        case .dictionary(let place): return dictionaries[place]
        case .object(let place):
            if let items = objects[place].items { return dictionaries[items] }
            if case .dictionary(let state) = objects[place].state { return dictionaries[state] }
            return nil
        default: return nil
        }
    }

    /// What a value is, as Python would name its class.
    func name(of value: PickleValue) -> String {
        switch value {
        case .none: "None"
        case .flag: "bool"
        case .number: "int"
        case .real: "float"
        case .other: "bytes"
        case .text: "str"
        case .tuple: "tuple"
        case .list: "list"
        case .dictionary: "dict"
        case .object(let place): objects[place].name
        case .global(let global): global.name
        case .storage(let place): storages[place].typeName
        case .tensor: "torch.Tensor"
        }
    }
}

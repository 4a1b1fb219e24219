/// A value of a pickle. Nothing in a pickle is run: classes and functions that are not known here become objects that do
/// nothing. Values that hold others name them by their places in a `Pickle`, so that no value is nested in another, however deep
/// a file nests them.
enum PickleValue: Equatable {
    case none
    case flag(Bool)
    case number(Int)
    case real(Double)
    /// Bytes, or an integer of more than 64 bits: nothing that weights need.
    case other
    case text(String)
    /// A tuple, list or set: a place in `Pickle.sequences`.
    case tuple(Int)
    case list(Int)
    /// A place in `Pickle.dictionaries`.
    case dictionary(Int)
    /// A place in `Pickle.objects`.
    case object(Int)
    case global(PickleGlobal)
    /// A place in `Pickle.storages`.
    case storage(Int)
    /// A place in `Pickle.tensors`.
    case tensor(Int)
}

/// A class or a function that a pickle names.
enum PickleGlobal: Equatable {
    /// dict, OrderedDict and defaultdict.
    case dictionary
    /// A function that makes a tensor of its arguments.
    case rebuild(Rebuild)
    /// A class of storages, by the type of its values; nil: a type that is not read.
    case storage(ElementType?, name: String)
    /// A storage of bytes, whose tensors have a type of their own.
    case untypedStorage
    /// torch.float32 and its like; nil: a type that is not read.
    case type(ElementType?, name: String)
    /// torch.Size: a tuple of extents.
    case size
    /// Any other, which stands for nothing.
    case unknown(String)

    /// torch's functions that make tensors.
    enum Rebuild: Equatable {
        /// `_rebuild_tensor`, `_rebuild_tensor_v2` and `_rebuild_tensor_v3`.
        case tensor
        /// `_rebuild_parameter`, `_rebuild_parameter_with_state`: the tensor is the first argument.
        case parameter
        /// `_rebuild_from_type`, `_rebuild_from_type_v2`: (function, class, arguments, state).
        case subclass
    }

    init(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "dict"),
            ("__builtin__", "dict"):
            self = .dictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"),
            ("torch._utils", "_rebuild_tensor_v3"):
            self = .rebuild(.tensor)
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
            self = .rebuild(.parameter)
        case ("torch._tensor", "_rebuild_from_type"), ("torch._tensor", "_rebuild_from_type_v2"):
            self = .rebuild(.subclass)
        case ("torch", "Size"): self = .size
        case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .untypedStorage
        case ("torch", _) where name.hasSuffix("Storage"), ("torch.cuda", _) where name.hasSuffix("Storage"):
            self = .storage(Self.storages[name], name: "torch.\(name)")
        case ("torch", _) where Self.types[name] != nil: self = .type(Self.types[name], name: "torch.\(name)")
        default: self = .unknown("\(module).\(name)")
        }
    }

    private static let storages: [String: ElementType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    private static let types: [String: ElementType] = [
        "float32": .float32, "float16": .float16, "bfloat16": .bfloat16, "float64": .float64, "int64": .int64,
        "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "bool": .bool,
    ]

    /// As Python names it, for messages.
    var name: String {
        switch self {
        case .dictionary: "dict"
        case .rebuild: "torch.Tensor"
        case .storage(_, let name), .type(_, let name): name
        case .untypedStorage: "torch.UntypedStorage"
        case .size: "torch.Size"
        case .unknown(let name): name
        }
    }
}

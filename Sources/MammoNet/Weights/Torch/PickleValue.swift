/// What a pickle of tensors holds. Nothing in it was run.
enum PickleValue {
    case none
    case number(Int)
    case real(Double)
    case flag(Bool)
    /// A number that weights do not need.
    case other
    case text(String)
    case tuple([PickleValue])
    case list(PickleList)
    case dictionary(PickleDictionary)
    /// An argparse.Namespace: the options of a training program.
    case namespace(PickleDictionary)
    case global(PickleGlobal)
    case storage(PickleStorage)
    case tensor(PickleTensor)

    /// The classes and functions that a state dict names; all others are refused.
    enum PickleGlobal: Equatable {
        case orderedDictionary
        case namespace
        case rebuildTensor
        case rebuildParameter
        case storage(ElementType)

        init?(module: String, name: String) {
            switch (module, name) {
            case ("collections", "OrderedDict"): self = .orderedDictionary
            case ("argparse", "Namespace"): self = .namespace
            case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
            case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
            case ("torch", "FloatStorage"): self = .storage(.float32)
            case ("torch", "HalfStorage"): self = .storage(.float16)
            case ("torch", "BFloat16Storage"): self = .storage(.bfloat16)
            case ("torch", "DoubleStorage"): self = .storage(.float64)
            case ("torch", "LongStorage"): self = .storage(.int64)
            default: return nil
            }
        }
    }

    /// Filled after it was made: a pickle remembers it in between.
    final class PickleList {
        var items: [PickleValue] = []
    }

    /// Filled after it was made, in order.
    final class PickleDictionary {
        var items: [(key: PickleValue, value: PickleValue)] = []

        /// The value under a text.
        subscript(name: String) -> PickleValue? {
            for (key, value) in items { if case .text(name) = key { return value } }
            return nil
        }
    }

    /// A run of values in a member of its own.
    struct PickleStorage {
        let key: String
        let type: ElementType
        let count: Int
    }

    /// A view of a storage.
    struct PickleTensor {
        let storage: PickleStorage
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }
}

/// Tensors of a pickle as places in the file.
struct TorchTensors {
    let pickle: Pickle
    /// Where a storage's bytes lie in the file, by its key; nil where it is missing.
    let storage: (String) -> Range<Int>?

    /// What a value under a name is.
    enum Found {
        case tensor(WeightsFile.Entry)
        /// Why it is none that can be read, as a predicate: "is a str, expected a tensor".
        case unread(String)
    }

    /// A value of a state dict.
    func found(_ name: String, _ value: PickleValue) -> Found {
        guard case .tensor(let place) = value else {
            return .unread("is a \(CheckpointFacts.shown(pickle.name(of: value))), expected a tensor")
        }
        return found(name, pickle.tensors[place])
    }

    /// A tensor that lies within its storage, and whose values are not one and the same.
    private func found(_ name: String, _ tensor: Pickle.Tensor) -> Found {
        guard let type = tensor.type else {
            return .unread("has values of type \(CheckpointFacts.shown(tensor.typeName)), expected floating point")
        }
        let storage = pickle.storages[tensor.storage]
        guard let member = self.storage(storage.key) else {
            return .unread("is damaged: its storage \(CheckpointFacts.shown(storage.key)) is missing")
        }
        let expected = storage.isUntyped ? storage.count : storage.count * (storage.type?.size ?? type.size)
        guard member.count == expected else {
            return .unread("is damaged: its storage has \(member.count) bytes, expected \(expected)")
        }
        let values = member.count / type.size
        guard let count = WeightsFile.Entry.count(of: tensor.shape) else {
            return .unread("has a shape that is none: \(tensor.shape.prefix(9))")
        }
        guard count <= values else {
            return .unread("has \(count) values, but its storage has \(values); save a clone() of an expanded tensor")
        }
        guard tensor.offset >= 0, tensor.offset <= values else { return .unread("is damaged: it begins outside") }
        var last = tensor.offset
        for (extent, stride) in zip(tensor.shape, tensor.strides) where extent > 1 && count > 0 {
            let (step, overflow) = stride.multipliedReportingOverflow(by: extent - 1)
            guard stride > 0, !overflow, step < values else {
                return .unread("is damaged: it ends outside of its storage")
            }
            last += step
        }
        guard count == 0 || last < values else { return .unread("is damaged: it ends outside of its storage") }
        return .tensor(
            WeightsFile.Entry(
                name: name, shape: tensor.shape, type: type, offset: member.lowerBound + tensor.offset * type.size,
                strides: tensor.strides))
    }
}

/// What torch.save writes of a state dict, or of a dictionary that holds one.
enum TorchCheckpoint {
    /// The pickled magic number that torch's format before version 1.6 begins with.
    static let legacySignature: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]

    /// Under which names training programs keep the state dict.
    private static let wrappers = ["state_dict", "model_state_dict", "model", "model_state"]

    static func contents(of bytes: [UInt8], _ path: String) throws(WeightsError) -> WeightsFile.Contents {
        let archive = try ZipArchive(bytes, path)
        let pickles = archive.members.keys.filter { $0.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let pickle = pickles.first, let range = archive.members[pickle] else {
            throw .unsupported(path: path, reason: "a zip archive that torch.save has not written: no data.pkl")
        }
        let folder = pickle.dropLast("data.pkl".count)
        if let order = archive.members["\(folder)byteorder"], !bytes[order].elementsEqual("little".utf8) {
            throw .unsupported(path: path, reason: "written on a big-endian machine; save it again on another")
        }
        var entries: [WeightsFile.Entry] = []
        var names: Set<String> = []
        let root = try PickleReader.read(bytes[range], path)
        for (key, value) in try stateDictionary(root, path) {
            guard case .text(let name) = key, case .tensor(let tensor) = value else { continue }
            guard names.insert(name).inserted else { throw .damaged(path: path, reason: "\(name) is there twice") }
            guard let member = archive.members["\(folder)data/\(tensor.storage.key)"] else {
                throw .damaged(path: path, reason: "\(name): its storage \(tensor.storage.key) is missing")
            }
            entries.append(try entry(name, tensor, member, path))
        }
        guard !entries.isEmpty else { throw .unsupported(path: path, reason: "holds no state dict") }
        return WeightsFile.Contents(tensors: entries, metadata: [:], timm: TimmDescription(checkpoint: root))
    }

    private static func stateDictionary(
        _ root: PickleValue, _ path: String
    ) throws(WeightsError) -> [(key: PickleValue, value: PickleValue)] {
        guard case .dictionary(let top) = root else {
            throw .unsupported(path: path, reason: "holds no dictionary of tensors; save state_dict()")
        }
        for wrapper in wrappers {
            for (key, value) in top.items {
                if case .text(wrapper) = key, case .dictionary(let inner) = value { return inner.items }
            }
        }
        return top.items
    }

    /// A tensor that lies within its storage, and whose values are not one and the same.
    private static func entry(
        _ name: String, _ tensor: PickleValue.PickleTensor, _ member: Range<Int>, _ path: String
    ) throws(WeightsError) -> WeightsFile.Entry {
        let size = tensor.storage.type.size
        func damaged(_ reason: String) -> WeightsError { .damaged(path: path, reason: "\(name): \(reason)") }
        guard member.count == tensor.storage.count * size else {
            throw damaged("its storage has \(member.count) bytes, expected \(tensor.storage.count * size)")
        }
        guard let count = WeightsFile.Entry.count(of: tensor.shape), count <= tensor.storage.count else {
            throw damaged("it has more values than its storage")
        }
        guard tensor.offset >= 0, tensor.offset <= tensor.storage.count else { throw damaged("it begins outside") }
        var last = tensor.offset
        for (extent, stride) in zip(tensor.shape, tensor.strides) where extent > 1 && count > 0 {
            let (step, overflow) = stride.multipliedReportingOverflow(by: extent - 1)
            guard stride > 0, !overflow, step < tensor.storage.count else {
                throw damaged("it ends outside of its storage")
            }
            last += step
        }
        guard count == 0 || last < tensor.storage.count else { throw damaged("it ends outside of its storage") }
        return WeightsFile.Entry(
            name: name, shape: tensor.shape, type: tensor.storage.type,
            offset: member.lowerBound + tensor.offset * size,
            strides: tensor.strides)
    }
}

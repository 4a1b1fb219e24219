/// What torch.save writes: a zip archive of a pickle and its storages (torch 1.6 and later), or all of them one after another
/// (before).
enum TorchCheckpoint {
    /// What torch's format before version 1.6 begins with behind the pickle's protocol: a long integer.
    private static let legacyMagic: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]

    /// Whether a file begins as those of before version 1.6.
    static func isLegacy(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && bytes[2...].starts(with: legacyMagic)
    }

    /// Reads a zip archive.
    static func read(zip bytes: [UInt8], _ path: String) throws(WeightsError) -> WeightsFile.Contents {
        let archive = try ZipArchive(bytes, path)
        if let kind = FileKind.of(zipMembers: archive.names) { throw kind.refusal(path) }
        let pickles = archive.names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let name = pickles.first, let range = try archive.member(name, path) else {
            throw .unsupported(path: path, reason: "a zip archive that torch.save has not written: no data.pkl")
        }
        let folder = name.dropLast("data.pkl".count)
        if let order = try archive.member("\(folder)byteorder", path), !bytes[order].elementsEqual("little".utf8) {
            throw .unsupported(path: path, reason: "written on a big-endian machine; save it again on another")
        }
        let pickle = try PickleReader.read(bytes[range], path).pickle
        var storages: [String: Range<Int>] = [:]
        for storage in pickle.storages where storages[storage.key] == nil {
            storages[storage.key] = try archive.member("\(folder)data/\(storage.key)", path)
        }
        return try contents(pickle, storages, path)
    }

    /// Reads a file of before version 1.6: the magic number, the format's version, the machine's kind, the value and the keys of
    /// its storages, each a pickle; then the storages, each a count and its values.
    static func read(legacy bytes: [UInt8], _ path: String) throws(WeightsError) -> WeightsFile.Contents {
        var at = 0
        func next() throws(WeightsError) -> Pickle {
            let (pickle, end) = try PickleReader.read(bytes[at...], path)
            at = end
            return pickle
        }
        _ = try next()
        guard case .number(1001) = try next().root else {
            throw .unsupported(path: path, reason: "torch's format of before 1.6 in a version other than 1001")
        }
        let machine = try next()
        for (key, value) in machine.items(of: machine.root) ?? [] where key == .text("little_endian") {
            guard value == .flag(true) else {
                throw .unsupported(path: path, reason: "written on a big-endian machine; save it again on another")
            }
        }
        let (pickle, keys) = (try next(), try next())
        guard case .list(let list) = keys.root else {
            throw .damaged(path: path, reason: "it does not list its storages")
        }
        let sizes = Dictionary(
            pickle.storages.map { ($0.key, $0.isUntyped ? 1 : $0.type?.size) }, uniquingKeysWith: { first, _ in first })
        var storages: [String: Range<Int>] = [:]
        var cursor = ByteCursor(bytes[at...])
        for case .text(let key) in keys.sequences[list] {
            guard let size = sizes[key] ?? nil else {
                throw .unsupported(
                    path: path,
                    reason: "storage \(CheckpointFacts.shown(key)) has values of a type that is not read; "
                        + "load the file in Python and torch.save its state_dict() in floats")
            }
            guard let count = cursor.number(UInt64.self), count <= UInt64(bytes.count),
                let values = cursor.take(Int(count) * size)
            else { throw .damaged(path: path, reason: "storage \(CheckpointFacts.shown(key)) is cut off") }
            storages[key] = values.startIndex..<values.endIndex
        }
        return try contents(pickle, storages, path)
    }

    private static func contents(
        _ pickle: Pickle, _ storages: [String: Range<Int>], _ path: String
    ) throws(WeightsError) -> WeightsFile.Contents {
        let tables = StateDictSearch.tables(in: TorchTensors(pickle: pickle) { storages[$0] })
        guard !tables.isEmpty else {
            let kind = CheckpointFacts.shown(pickle.name(of: pickle.root))
            throw .unsupported(path: path, reason: "holds no state dict: it is a \(kind); save state_dict()")
        }
        return WeightsFile.Contents(tables: tables, facts: CheckpointFacts(pickle))
    }
}

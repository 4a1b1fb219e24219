import MammoData

/// Writes what `torch.load(path, weights_only=True)` reads as an OrderedDict of tensors, to be given to `load_state_dict`: a zip
/// archive of a pickle and a member for each tensor's values (torch 1.6 and later). The same tensors give the same bytes.
public enum TorchWriter {
    /// The OrderedDict's attribute that has the metadata, as a dictionary of texts.
    static let attribute = "_mammo"

    /// Writes a file: beside first, then renamed.
    ///
    /// - Parameters:
    ///   - tensors: In the order they are to have in the dictionary.
    ///   - metadata: What the file says of itself.
    ///   - path: The file.
    /// - Throws: `DataError.unwritable`.
    public static func write(_ tensors: [SafetensorsWriter.Tensor], metadata: [String: String], to path: String) throws
    {
        // All in one folder, of any name.
        let folder = "archive"
        let archive = try ZipWriter(path: path)
        try archive.add(stored: pickle(tensors, metadata), as: "\(folder)/data.pkl")
        try archive.add(stored: Array("little".utf8), as: "\(folder)/byteorder")
        for (number, tensor) in tensors.enumerated() {
            try tensor.withBytes { try archive.add(stored: $0, as: "\(folder)/data/\(number)") }
        }
        // Of the layout: torch reads up to 10.
        try archive.add(stored: Array("3\n".utf8), as: "\(folder)/version")
        try archive.finish()
    }

    /// The dictionary, each tensor by what `torch._utils._rebuild_tensor_v2` takes.
    private static func pickle(_ tensors: [SafetensorsWriter.Tensor], _ metadata: [String: String]) -> [UInt8] {
        var writer = PickleWriter()
        writer.orderedDictionary()
        writer.mark()
        for (number, tensor) in tensors.enumerated() {
            writer.text(tensor.name)
            writer.global("torch._utils", "_rebuild_tensor_v2")
            writer.mark()
            writer.mark()
            writer.text("storage")
            writer.global("torch", tensor.isInteger ? "LongStorage" : "FloatStorage")
            writer.text("\(number)")
            writer.text("cpu")
            writer.number(tensor.values.count)
            writer.tuple()
            writer.persistent()
            writer.number(0)
            writer.numbers(tensor.shape)
            writer.numbers(WeightsFile.Entry.packedStrides(of: tensor.shape))
            writer.no()
            writer.orderedDictionary()
            writer.tuple()
            writer.call()
        }
        writer.setItems()
        if !metadata.isEmpty {
            writer.dictionary()
            writer.mark()
            writer.text(attribute)
            writer.dictionary()
            writer.mark()
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                writer.text(key)
                writer.text(value)
            }
            writer.setItems()
            writer.setItems()
            writer.build()
        }
        writer.stop()
        return writer.bytes
    }
}

/// Writes a pickle of protocol 2 by its opcodes.
private struct PickleWriter {
    private(set) var bytes: [UInt8] = [0x80, 2]

    mutating func mark() { bytes.append(UInt8(ascii: "(")) }
    mutating func tuple() { bytes.append(UInt8(ascii: "t")) }
    mutating func dictionary() { bytes.append(UInt8(ascii: "}")) }
    mutating func setItems() { bytes.append(UInt8(ascii: "u")) }
    mutating func call() { bytes.append(UInt8(ascii: "R")) }
    mutating func persistent() { bytes.append(UInt8(ascii: "Q")) }
    mutating func build() { bytes.append(UInt8(ascii: "b")) }
    mutating func no() { bytes.append(0x89) }
    mutating func stop() { bytes.append(UInt8(ascii: ".")) }

    mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "X"))
        withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { bytes += $0 }
        bytes += text.utf8
    }

    mutating func global(_ module: String, _ name: String) { bytes += "c\(module)\n\(name)\n".utf8 }

    mutating func orderedDictionary() {
        global("collections", "OrderedDict")
        bytes.append(UInt8(ascii: ")"))
        call()
    }

    /// As four bytes, or as eight where it takes them.
    mutating func number(_ number: Int) {
        if let small = Int32(exactly: number) {
            bytes.append(UInt8(ascii: "J"))
            withUnsafeBytes(of: small.littleEndian) { bytes += $0 }
        } else {
            bytes += [0x8A, 8]
            withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 }
        }
    }

    mutating func numbers(_ numbers: [Int]) {
        mark()
        for number in numbers { self.number(number) }
        tuple()
    }
}

/// Files that people take for weights and that are none, by how they begin; each with what to do.
struct FileKind {
    /// What the file is: "an HTML page".
    let name: String
    /// What to do instead.
    let advice: String

    /// The error that says so.
    func refusal(_ path: String) -> WeightsError { .unsupported(path: path, reason: "is \(name); \(advice)") }

    /// What a file is that is no weights file; nil where it may be one.
    ///
    /// - Parameter bytes: The whole file.
    /// - Returns: What it is.
    static func of(_ bytes: [UInt8]) -> FileKind? {
        if bytes.isEmpty { return FileKind(name: "empty", advice: "copy or download it again") }
        if bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8) { return lfsPointer(bytes) }
        for (start, kind) in starts where bytes.starts(with: start) { return kind }
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            return FileKind(name: "a tar archive", advice: "unpack it and name the weights file in it")
        }
        if bytes.count > 8, bytes[4..<8].elementsEqual("TFL3".utf8) { return tensorFlow }
        if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return pickle }
        return ofText(bytes) ?? ofONNX(bytes)
    }

    /// What a zip archive is that is no checkpoint; nil where it may be one.
    static func of(zipMembers names: some Collection<String>) -> FileKind? {
        // By the last part: torch puts all of its members into a folder of the file's name.
        let last = Set(names.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        if last.contains("constants.pkl") || names.contains(where: { $0.contains("/code/") }) {
            return FileKind(
                name: "TorchScript",
                advice: "in Python: torch.save(torch.jit.load('FILE').state_dict(), 'weights.pth')")
        }
        if last.contains("serialized_exported_program.json") || last.contains("archive_format") {
            return FileKind(
                name: "a program of torch.export",
                advice: "in Python: torch.save(dict(torch.export.load('FILE').state_dict), 'weights.pth')")
        }
        if last.contains("model.weights.h5") { return keras }
        if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
            return FileKind(name: "NumPy's .npz", advice: "save the arrays by safetensors.numpy.save_file")
        }
        if last.contains(where: { $0.hasSuffix(".pth") || $0.hasSuffix(".pt") || $0.hasSuffix(".safetensors") }) {
            return FileKind(name: "a zip archive around weights", advice: "unpack it and name the weights file in it")
        }
        return nil
    }

    private static let keras = ofAnotherFramework("a Keras file")
    private static let tensorFlow = ofAnotherFramework("a TensorFlow Lite file")

    private static let starts: [([UInt8], FileKind)] = [
        (
            [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
            ofAnotherFramework("an HDF5 file, as Keras writes them")
        ),
        (
            [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59],
            FileKind(name: "NumPy's .npy", advice: "save the arrays by safetensors.numpy.save_file")
        ),
        (Array("GGUF".utf8), FileKind(name: "a GGUF file", advice: "mammo reads .pth and .safetensors")),
        ([0x1F, 0x8B], compressed("gzip", "gunzip")),
        ([0x28, 0xB5, 0x2F, 0xFD], compressed("zstd", "unzstd")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], compressed("xz", "unxz")),
        ([0x42, 0x5A, 0x68], compressed("bzip2", "bunzip2")),
        ([0x37, 0x7A, 0xBC, 0xAF], compressed("7-Zip", "7z x")),
        (Array("Rar!".utf8), compressed("RAR", "unrar x")),
    ]

    private static func ofAnotherFramework(_ name: String) -> FileKind {
        FileKind(name: name, advice: "mammo reads PyTorch's weights: .pth or .safetensors")
    }

    private static func compressed(_ name: String, _ program: String) -> FileKind {
        FileKind(name: "compressed by \(name)", advice: "unpack it (\(program)) and name the weights file in it")
    }

    /// The text that Git has in place of a file that was not fetched.
    private static func lfsPointer(_ bytes: [UInt8]) -> FileKind {
        let lines = String(decoding: bytes.prefix(400), as: UTF8.self).split(separator: "\n")
        let size = lines.first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
        let which = size.map { " for a file of \($0) bytes" } ?? ""
        return FileKind(name: "a Git LFS pointer\(which)", advice: "fetch the file itself: git lfs pull")
    }

    private static func ofText(_ bytes: [UInt8]) -> FileKind? {
        let start = String(decoding: bytes.prefix(512), as: UTF8.self)
            .drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.hasPrefix("<head") {
            return FileKind(
                name: "an HTML page",
                advice: "the download gave a page in place of the file: download it again, by its own link")
        }
        if start.hasPrefix("<?xml") || start.hasPrefix("<error") {
            return FileKind(
                name: "an XML text",
                advice: "the download gave a message in place of the file: read it, and download it again")
        }
        if start.hasPrefix("{") {
            return start.contains("weight_map") || start.contains("total_size")
                ? FileKind(
                    name: "the index of weights in several files",
                    advice: "save them in one: save_model(…, max_shard_size=…)")
                : FileKind(name: "a JSON text", advice: "name the weights file: .pth or .safetensors")
        }
        return nil
    }

    /// A protobuf of ONNX: it begins with its version, field 1, followed by one of the other fields of a ModelProto.
    private static func ofONNX(_ bytes: [UInt8]) -> FileKind? {
        guard bytes.count > 8, bytes[0] == 0x08, (1...30).contains(bytes[1]),
            [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72].contains(bytes[2]), bytes[3] != 0
        else { return nil }
        return FileKind(
            name: "an ONNX file",
            advice: "name the weights that it was exported from: mammo writes .onnx and does not read it")
    }

    /// A pickle that torch.save has not written.
    private static let pickle = FileKind(
        name: "a pickle that torch.save has not written",
        advice: "in Python: torch.save(model.state_dict(), 'weights.pth')")
}

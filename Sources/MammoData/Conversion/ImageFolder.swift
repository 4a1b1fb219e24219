import MammoDICOM
import Synchronization

/// A folder of images whose layout a table tells a part of.
struct ImageFolder {
    /// Its path.
    let path: String

    /// Where folders lie, by name: all at the first depth at which one of them is found.
    ///
    /// - Parameter names: Their names.
    /// - Returns: Paths below this folder.
    func folders(named names: Set<String>) -> [String: String] {
        var level = [""]
        for _ in 0..<6 {
            var found: [String: String] = [:]
            var next: [String] = []
            for outer in level {
                for name in Files.names(in: whole(outer)) {
                    let inner = outer.isEmpty ? name : "\(outer)/\(name)"
                    if names.contains(name) { found[name] = found[name] ?? inner } else { next.append(inner) }
                }
            }
            if !found.isEmpty { return found }
            level = next.filter { Files.isFolder(whole($0)) }
        }
        return [:]
    }

    /// The DICOM files in a folder and those below it, sorted: by their endings, or where a name has none, by content.
    func images(in folder: String) -> [String] {
        let base = whole("")
        return Files.below(whole(folder)).filter(Self.isDICOM).map { String($0.dropFirst(base.count)) }
    }

    /// Whether there is such a file.
    func has(_ file: String) -> Bool { Files.isFile(ImageLocation.path(file, below: path)) }

    private func whole(_ inner: String) -> String { path.hasSuffix("/") ? path + inner : "\(path)/\(inner)" }

    private static func isDICOM(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        if name.contains(".") { return ImageLocation.endings.dropLast().contains { name.hasSuffix($0) } }
        return Files.start(of: path, count: 132)?.suffix(4).elementsEqual("DICM".utf8) ?? false
    }

    /// What a file's header says of its place.
    struct Header {
        var laterality: String
        var view: String
    }

    /// Reads headers, several at a time.
    ///
    /// - Parameters:
    ///   - files: Paths below this folder.
    ///   - workers: How many are read at a time.
    /// - Returns: One for each file, in their order.
    func headers(of files: [String], workers: Int) -> [Result<Header, DICOMError>] {
        let paths = files.map(whole)
        let headers = Mutex([Result<Header, DICOMError>?](repeating: nil, count: paths.count))
        WorkerPool(workers: workers).run(count: paths.count) { number in
            let result = Result { () throws(DICOMError) in
                let attributes = try DICOMFile(path: paths[number]).attributes
                return Header(laterality: attributes.laterality, view: attributes.view)
            }
            headers.withLock { $0[number] = result }
            return true
        }
        return headers.withLock { $0.compactMap(\.self) }
    }

    /// A name for each of a patient's files: its own without the ending, and as many of the folders' above it as tell all of
    /// them apart.
    static func names(of files: [String]) -> [String] {
        let parts = files.map { file in
            var parts = file.split(separator: "/").map(String.init)
            let ending = ImageLocation.endings.first { file.hasSuffix($0) } ?? ""
            if let last = parts.popLast() { parts.append(String(last.dropLast(ending.count))) }
            return parts
        }
        for depth in 1...max(1, parts.map(\.count).max() ?? 1) {
            let names = parts.map { $0.suffix(depth).joined(separator: "_") }
            if Set(names).count == names.count { return names }
        }
        return parts.map { $0.joined(separator: "_") }
    }
}

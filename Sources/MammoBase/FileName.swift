import Glibc

/// Names of files as texts and as the bytes that a file system has for them.
///
/// A name is any bytes. Most are UTF-8; older systems wrote Latin-1, and macOS takes letters with accents apart (NFD) that a
/// table has in one piece (NFC). A text here is what a person reads, and `bytes(of:)` finds the file that it names.
package enum FileName {
    /// The text of a name: UTF-8 where it is that, else Latin-1, which every byte belongs to.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(decoding: bytes.map(UInt16.init), as: UTF16.self)
    }

    /// The words of the command line behind the program's name.
    package static func arguments(_ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>)
        -> [String]
    {
        (1..<max(1, Int(count))).compactMap { words[$0].map { text(of: bytes(at: $0)) } }
    }

    /// The path of a file as the system has it, with a zero at the end: `path` in UTF-8 where there is such a file or it has
    /// nothing but ASCII, else with those names in its place that read the same. What is not there is left in UTF-8.
    package static func bytes(of path: String) -> [CChar] {
        let plain = Array(path.utf8CString)
        if !plain.contains(where: { $0 < 0 }) || exists(plain) { return plain }
        var found: [CChar] = path.hasPrefix("/") ? [slash] : []
        for part in path.split(separator: "/") {
            if !found.isEmpty && found.last != slash { found.append(slash) }
            let name = part.utf8.map { CChar(bitPattern: $0) }
            let isThere = !name.contains { $0 < 0 } || exists(found + name + [0])
            found += isThere ? name : nameThatReads(as: String(part), in: found) ?? name
        }
        return found + [0]
    }

    /// The system's reason for an error with `path`, and what to do about a name that was not read as UTF-8.
    package static func reason(_ code: Int32, _ path: String) -> String {
        let reason = String(cString: strerror(code))
        guard code == ENOENT, path.unicodeScalars.contains("\u{FFFD}") else { return reason }
        return
            "\(reason): the name has U+FFFD where bytes were not UTF-8; save the table or list that it is from as UTF-8"
    }

    /// The names in a folder as they are, in no order; nil where it cannot be read.
    package static func names(in folder: [CChar]) -> [[UInt8]]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [dot] && name != [dot, dot] { names.append(name) }
        }
        return names
    }

    private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
    private static let dot = UInt8(ascii: ".")

    private static func exists(_ path: [CChar]) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func bytes(at word: UnsafePointer<CChar>) -> [UInt8] {
        UnsafeRawBufferPointer(start: word, count: strlen(word)).map { $0 }
    }

    /// Texts are equal in Swift however their accents are composed. The first in the order of bytes, where several are.
    private static func nameThatReads(as text: String, in folder: [CChar]) -> [CChar]? {
        let names = names(in: (folder.isEmpty ? [CChar(bitPattern: dot)] : folder) + [0]) ?? []
        return names.filter { Self.text(of: $0) == text }.min { $0.lexicographicallyPrecedes($1) }?
            .map { CChar(bitPattern: $0) }
    }
}

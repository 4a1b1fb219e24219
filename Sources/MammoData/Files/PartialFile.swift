import Glibc

/// Files being written stand beside their place under the name of host and process, so that what a killed process left
/// can be told from what a living one is writing, on this machine or another that shares the folder.
package enum PartialFile {
    static let suffix = ".part"

    /// Put behind the name of a file that this process writes.
    static let suffixOfThisProcess = ".\(host)-\(getpid())\(suffix)"

    package static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "host" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Removes the partial files that dead processes of this machine left in `folder`.
    package static func sweep(_ folder: String) {
        for name in Files.names(in: folder) where name.hasSuffix(suffix) {
            let owned = name.dropLast(suffix.count)
            guard let number = owned.split(separator: "-").last, let process = Int32(number),
                owned.hasSuffix(".\(host)-\(number)"), kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }
}

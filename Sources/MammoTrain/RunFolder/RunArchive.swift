import MammoData

/// The results of training runs in one zip archive: configurations, tables, events, reports and best weights; neither
/// checkpoints nor other epochs' weights, which are large and needed only to resume the run. The same runs give the same bytes.
public struct RunArchive: Sendable {
    /// One run.
    public struct Run: Equatable, Sendable {
        /// Its folder, as it was named.
        public let folder: String
        /// What it is called in the archive: the folder's own name.
        public let name: String
        /// Names of the files that are packed, sorted.
        public let files: [String]
        /// Names in the folder that are not.
        public let leftOut: [String]
        /// Whether there are weights yet.
        public var hasWeights: Bool { files.contains("best.safetensors") }
    }

    /// What `manifest.json` says.
    private struct Manifest: Encodable {
        var files: [ZipWriter.Member]
        var format = "mammo-pack-1"
        var version: String
    }

    /// The name of the list of files with their hashes, the archive's last member.
    public static let manifestName = "manifest.json"

    /// Runs that are packed, in the order of their names.
    public private(set) var runs: [Run] = []
    /// Folders that are not, with the reason.
    public private(set) var refused: [DataError] = []

    /// Looks at the folders of runs.
    ///
    /// - Parameter folders: Their paths.
    public init(_ folders: [String]) {
        for folder in folders {
            do throws(DataError) { runs.append(try run(in: folder)) } catch { refused.append(error) }
        }
        runs.sort { $0.name < $1.name }
    }

    /// Writes the archive.
    ///
    /// - Parameters:
    ///   - path: Where; never one of its own members, since an archive is no file of a run.
    ///   - version: What the manifest calls the program.
    ///   - added: Told of each file when it is in.
    /// - Returns: Files and their bytes before compression, the manifest not counted.
    /// - Throws: `DataError`; nothing is left behind.
    public func write(
        to path: String, version: String, added: (_ name: String, _ bytes: Int) -> Void
    ) throws -> (files: Int, bytes: Int) {
        let archive = try ZipWriter(path: path)
        var members: [ZipWriter.Member] = []
        for run in runs {
            for name in run.files {
                let member = try archive.add(file: "\(run.folder)/\(name)", as: "\(run.name)/\(name)")
                members.append(member)
                added(member.path, member.bytes)
            }
        }
        try archive.add(JSONText.pretty(Manifest(files: members, version: version)), as: Self.manifestName)
        try archive.finish()
        return (members.count, members.map(\.bytes).reduce(0, +))
    }

    private func run(in folder: String) throws(DataError) -> Run {
        guard let resolved = Files.resolved(folder), Files.isFolder(resolved) else {
            throw .unreadable(path: folder, reason: "no such folder; expected the --out of a mammo train")
        }
        let own = RunFolder.files(in: resolved)
        guard own.contains("config.yaml") else {
            throw .table(path: folder, reason: "holds no run: there is no config.yaml")
        }
        let name = resolved.split(separator: "/").last.map(String.init) ?? "run"
        if let other = runs.first(where: { $0.name == name }) {
            let isSame = Files.resolved(other.folder) == resolved
            throw .table(
                path: folder,
                reason: isSame
                    ? "named twice" : "would be \(name)/ in the archive, as \(other.folder) is; pack it separately")
        }
        let names = Files.names(in: resolved)
        let packed = names.filter {
            ($0.hasSuffix(".html") || own.contains($0)) && $0 != "last.checkpoint" && RunFolder.epoch(ofFile: $0) == nil
        }
        return Run(
            folder: folder, name: name, files: packed, leftOut: names.filter { !packed.contains($0) })
    }
}

import MammoData
import MammoScore

/// The images of the worst cases, small, for the report.
struct WorstPictures {
    /// PNG files by name.
    private(set) var files: [String: [UInt8]] = [:]
    /// What could not be read, a line each.
    private(set) var problems: [String] = []
    private static let height = 200

    init(of cases: [WorstCase], in folder: String) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        for file in cases.flatMap(\.files) where files[file] == nil {
            do throws(DataError) {
                files[file] = try Thumbnail.png(of: "\(folder)/\(file)", height: Self.height)
            } catch {
                problems.append("\(error)")
            }
        }
    }
}

import MammoBase

/// How many images of each folder are FOR PROCESSING: raw data of the detector, which networks are not trained on.
public struct ProcessingCount: Equatable, Sendable {
    private struct Count: Equatable, Sendable {
        var images = 0
        var forProcessing = 0
    }

    private var folders: [String: Count] = [:]

    /// No images yet.
    public init() {}

    /// Counts an image of a folder.
    public mutating func add(_ folder: String, isForProcessing: Bool) {
        folders[folder, default: Count()].images += 1
        if isForProcessing { folders[folder, default: Count()].forProcessing += 1 }
    }

    /// A line for each folder that has such images; nothing for the others. `areExcluded` where `--presentation-only` has left them
    /// out.
    public func lines(areExcluded: Bool) -> [String] {
        folders.sorted { $0.key < $1.key }.compactMap { folder, count in
            guard count.forProcessing > 0 else { return nil }
            return "\(folder): " + Self.text(count.forProcessing, of: count.images, areExcluded: areExcluded)
        }
    }

    /// The same without the folder.
    package static func text(_ forProcessing: Int, of images: Int, areExcluded: Bool) -> String {
        "\(forProcessing) of \(images) images \(forProcessing.isOrAre) FOR PROCESSING (raw, not meant for viewing); "
            + (areExcluded ? "left out by --presentation-only" : "--presentation-only leaves them out")
    }
}

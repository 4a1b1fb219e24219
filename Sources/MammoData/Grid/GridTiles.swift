import MammoImage

/// The images of a selection that could be read, at the size of a grid.
public struct GridTiles: Sendable {
    /// The images taken and what is known of them.
    public private(set) var taken: [(candidate: GridCandidate, tile: ImageGrid.Tile)] = []
    /// Those that came before the last taken and could not be read.
    public private(set) var passedOver: [(file: String, reason: String)] = []

    /// Images of the manifest that preprocessing could not make.
    public let notMade: Int

    init(
        taken: [(candidate: GridCandidate, tile: ImageGrid.Tile)], passedOver: [(file: String, reason: String)],
        notMade: Int
    ) {
        (self.taken, self.passedOver, self.notMade) = (taken, passedOver, notMade)
    }

    /// Reads from `folder` in the order of `selection` until there are `count`. One image is held at full size at a time.
    ///
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public init(_ selection: GridSelection, in folder: String, count: Int, for grid: ImageGrid) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        notMade = selection.notMade
        for candidate in selection.candidates {
            if taken.count == count { break }
            let path = "\(folder)/\(candidate.file)"
            do {
                let image = try PNGDecoder.decodeGray(Files.read(path))
                taken.append((candidate, try grid.tile(image, caption: candidate.caption)))
            } catch let error as DataError {
                passedOver.append((candidate.file, error.description))
            } catch {
                passedOver.append((candidate.file, "\(path): \(error)"))
            }
        }
        if taken.isEmpty { try MissingInputs.check(passedOver.map { "\(folder)/\($0.file)" }, in: folder) }
    }
}

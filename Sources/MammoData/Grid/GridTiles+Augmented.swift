import MammoImage

extension GridTiles {
    /// Versions of the first images that can be read, as training with the same random numbers would make them in its first
    /// epoch if it took them in this order: one image to a column, one batch to a row.
    ///
    /// - Parameters:
    ///   - selection: The images in the order in which they are tried.
    ///   - folder: Where they are.
    ///   - versions: Rows of the grid.
    ///   - grid: Its columns are as many images.
    ///   - augmentation: What they go through.
    ///   - random: The run's random numbers.
    /// - Throws: `DataError.unreadable` where there is no such folder; `ImageError` where a tile cannot be made.
    public init(
        _ selection: GridSelection, in folder: String, versions: Int, for grid: ImageGrid, _ augmentation: Augmentation,
        _ random: RunRandom
    ) throws {
        guard Files.isFolder(folder) else { throw DataError.unreadable(path: folder, reason: "no such folder") }
        var sources: [(candidate: GridCandidate, image: PreprocessedImage)] = []
        var passedOver: [(file: String, reason: String)] = []
        for candidate in selection.candidates {
            if sources.count == grid.columns { break }
            let path = "\(folder)/\(candidate.file)"
            do {
                let image = try PNGDecoder.decodeGray(Files.read(path))
                if let reason = augmentation.refusal(of: image.depth) { throw ImageError.augmentation(reason) }
                guard let first = sources.first?.image, (first.rows, first.columns) != (image.rows, image.columns)
                else {
                    sources.append((candidate, image))
                    continue
                }
                let reason = "\(image.rows)x\(image.columns) pixels, the first has \(first.rows)x\(first.columns)"
                passedOver.append((candidate.file, "\(path): \(reason)"))
            } catch let error as DataError {
                passedOver.append((candidate.file, error.description))
            } catch {
                passedOver.append((candidate.file, "\(path): \(error)"))
            }
        }
        // Fewer images than columns come again.
        if !sources.isEmpty { sources = (0..<grid.columns).map { sources[$0 % sources.count] } }
        var taken: [(candidate: GridCandidate, tile: ImageGrid.Tile)] = []
        for row in 0..<versions {
            let share = augmentation.mixingShare(random.mixing(epoch: 0, step: row))
            let drawn = sources.enumerated().map { column, source in
                let position = row * sources.count + column
                return augmentation.draw(
                    rows: source.image.rows, columns: source.image.columns,
                    random.augmentation(epoch: 0, position: position))
            }
            let images = zip(sources, drawn).map { source, operations in
                operations.reduce(source.image) { $1.apply(to: $0) }
            }
            for (column, source) in sources.enumerated() {
                var (candidate, image) = (source.candidate, images[column])
                candidate.changes = drawn[column].flatMap(\.lines)
                if let share, images.count > 1 {
                    let other = images[(column + images.count - 1) % images.count]
                    image = .gray8(image.rounded.mixed(with: other.rounded, keeping: share))
                    candidate.changes?.append("\(Int((100 * share).rounded())) % of it, mixed")
                }
                taken.append((candidate, try grid.tile(image, caption: candidate.caption)))
            }
        }
        self.init(taken: taken, passedOver: passedOver, notMade: selection.notMade)
    }
}

extension GrayImage {
    /// For looking at: training mixes in single precision and does not round.
    fileprivate func mixed(with other: GrayImage, keeping share: Float) -> GrayImage {
        let mixed = zip(pixels, other.pixels).map { own, other in
            UInt8((Float(own) * share + Float(other) * (1 - share)).rounded())
        }
        return GrayImage(rows: rows, columns: columns, pixels: mixed)
    }
}

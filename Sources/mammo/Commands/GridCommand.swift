import ArgumentParser
import MammoData
import MammoImage

struct GridCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid",
        abstract: "Draw preprocessed images in rows and columns as one PNG.",
        discussion: """
            EXAMPLES
              mammo grid --images png --csv train.csv --out grid.png
              mammo grid --images png --worst --out worst.png
              mammo grid --images png --csv train.csv --label 1 --columns 6 --out 1.png
              mammo grid --images png --csv train.csv --out augmented.png \\
                  --augmented hflip,rotate=15,cutout

            Draws {patient}_{image}.png of the table's images at random, each at most once; the same seed draws the \
            same ones. An image that is missing or cannot be read is named (the first 20) and another is drawn.

            --worst takes the most unusual crops according to the folder's manifest.jsonl, and says why: whole image \
            (3 points), less than 4 % of it (3), three or more sides touched (2), height/width outside 0.8 to 4 (2), \
            warnings (1), and 4 * (1 - confidence) where the region's method gives one.

            --augmented shows what mammo train --augment does with the same --seed: each column is an image, each row a \
            batch, and below each tile stands what was drawn. Its list may have, each once:
            \(HelpDiscussion.list(AugmentationKind.allCases.map { "\($0.example): \($0.meaning)" }))
            shift, scale and rotate together are one affine map, brightness and contrast one jitter.
            """)

    @Option(help: ArgumentHelp("The folder that preprocess wrote to.", valueName: "folder"), completion: .directory)
    var images: String

    @Option(
        help: ArgumentHelp(
            "The table of images.", discussion: "It has columns patient_id and image_id, and cancer for --label.",
            valueName: "file"),
        completion: .table)
    var csv: String?

    @Flag(help: "Draw the most unusual crops instead of random ones.")
    var worst = false

    @Option(
        help: ArgumentHelp("Only images with this label: 0 or 1.", valueName: "label"), completion: .list(["0", "1"]))
    var label: Int?

    @Option(
        help: ArgumentHelp("Draw augmented images, as hflip,shift=0.1.", valueName: "list"),
        completion: .augmentations)
    var augmented: String?

    @Option(help: ArgumentHelp("Rows of images. (default: 3; 4 with --augmented)", valueName: "n"))
    var rows: Int?

    @Option(help: ArgumentHelp("Images in a row. (default: 3; 4 with --augmented)", valueName: "n"))
    var columns: Int?

    @Option(help: ArgumentHelp("Random seed of images and augmentations.", valueName: "n"))
    var seed: UInt32 = 5

    @Option(help: ArgumentHelp("Height of each image in pixels.", valueName: "n"))
    var tileHeight = 480

    @Option(help: ArgumentHelp("The PNG to write.", valueName: "file.png"), completion: .picture)
    var out: String

    @Flag(help: "Print what was shown as JSON.")
    var json = false

    func validate() throws {
        if csv == nil && !worst { throw ValidationError("no images are named; give --csv TABLE, --worst, or both") }
        if augmented != nil && (worst || csv == nil) {
            throw ValidationError("--augmented goes with --csv and without --worst; give --csv TABLE alone")
        }
        if let augmented {
            do { _ = try Augmentation(parsing: augmented) } catch {
                throw ValidationError("--augmented is \(augmented): \(error)")
            }
        }
        if label != nil && csv == nil { throw ValidationError("--label goes with --csv; give --csv TABLE") }
        if let label, !(0...1).contains(label) { throw ValidationError("--label is \(label), expected 0 or 1") }
        try Validation.check("--rows", rows, in: 1...50)
        try Validation.check("--columns", columns, in: 1...50)
        try Validation.check("--tile-height", tileHeight, in: 32...2048)
        let (rows, columns) = shape
        guard ImageGrid.isReasonable(rows: rows, columns: columns, tileHeight: tileHeight) else {
            throw ValidationError(
                "\(rows) rows of \(columns) images of \(tileHeight) rows make too large a picture; "
                    + "choose a smaller --tile-height")
        }
        guard out.lowercased().hasSuffix(".png") else {
            throw ValidationError("--out is \(out), expected a name that ends in .png")
        }
    }

    /// Tiles down and across.
    private var shape: (rows: Int, columns: Int) {
        let size = augmented == nil ? 3 : 4
        return (rows ?? size, columns ?? size)
    }

    func run() throws {
        try Console.run("grid") {
            let (rows, columns) = shape
            let grid = ImageGrid(columns: columns, tileHeight: tileHeight)
            let tiles =
                if let augmented {
                    try GridTiles(
                        selection(), in: images, versions: rows, for: grid, Augmentation(parsing: augmented),
                        RunRandom(seed: UInt64(seed)))
                } else {
                    try GridTiles(selection(), in: images, count: rows * columns, for: grid)
                }
            let report = GridReport(tiles, images: images, out: out)
            report.printMessages()
            guard !tiles.taken.isEmpty else {
                report.print(nil, json: json)
                throw ExitStatus.nothingDone
            }
            let picture = grid.compose(tiles.taken.map(\.tile))
            try Files.write(PNGEncoder.encode(picture), to: out)
            report.print(picture, json: json)
            throw ExitStatus.ofBatch(done: tiles.taken.count, failed: tiles.passedOver.count)
        }
    }

    private func selection() throws -> GridSelection {
        let table = try csv.map { try ImageTable(path: $0, need: label != nil ? .labels : .images) }
        let cancer = label.map { $0 == 1 }
        if let table, !worst { return try .random(from: table, cancer: cancer, seed: seed) }
        return try .worst(in: images, of: table, cancer: cancer)
    }
}

import MammoBase
import MammoData
import MammoImage

/// What `grid` prints. The members of what is encoded are named as the JSON keys are.
struct GridReport {
    private let tiles: GridTiles
    private let images: String
    private let out: String

    init(_ tiles: GridTiles, images: String, out: String) {
        self.tiles = tiles
        self.images = images
        self.out = out
    }

    /// A folder that holds a part of the table's images should not answer with thousands of lines.
    private static let mostNamed = 20

    /// Names what was passed over.
    func printMessages() {
        for image in tiles.passedOver.prefix(Self.mostNamed) { Console.error("mammo grid: \(image.reason)") }
        let more = tiles.passedOver.count - Self.mostNamed
        if more > 0 {
            Console.error("mammo grid: \(more) more are not in \(images) or cannot be read; --json names them")
        }
        if tiles.notMade > 0 {
            Console.error(
                "mammo grid: \(images)/\(Manifest.fileName): skipped \(tiles.notMade) that could not be made")
        }
        if tiles.taken.isEmpty {
            Console.error("mammo grid: none of \(tiles.passedOver.count.of("image")) could be shown")
        }
    }

    private struct Shown: Encodable {
        var cancer: Int?
        var changes: [String]?
        var file: String
        var reasons: [String]?
        var score: Double?
    }

    private struct PassedOver: Encodable {
        var file: String
        var reason: String
    }

    private struct Summary: Encodable {
        var columns: Int
        var images: [Shown]
        var not_made: Int
        var out: String
        var passed_over: [PassedOver]
        var rows: Int
    }

    /// Says what `picture` shows; nil where there was nothing to show.
    func print(_ picture: GrayImage?, json: Bool) {
        guard json else {
            guard let picture else { return }
            let size = "\(picture.rows)x\(picture.columns)"
            return Console.out("\(tiles.taken.count.of("image")) of \(images) in \(out), \(size) pixels")
        }
        let shown = tiles.taken.map(\.candidate).map { image in
            Shown(
                cancer: image.cancer.map { $0 ? 1 : 0 }, changes: image.changes, file: image.file,
                reasons: image.doubt?.reasons,
                score: image.doubt?.score)
        }
        let summary = Summary(
            columns: picture?.columns ?? 0, images: shown, not_made: tiles.notMade, out: out,
            passed_over: tiles.passedOver.map { PassedOver(file: $0.file, reason: $0.reason) }, rows: picture?.rows ?? 0
        )
        Console.out(JSONText.line(summary))
    }
}

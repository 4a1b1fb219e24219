import MammoBase
import MammoImage

/// How unusual a crop is by its line of the manifest: what a person should look at first.
///
/// Points are given for what a breast's box seldom is. They are chosen, not learned: what by itself says that no breast was
/// cut out weighs 3, what happens to a good crop now and then 2, what another stage remarked 1, and a method's own doubt up
/// to 4.
public struct CropDoubt: Equatable, Sendable {
    /// What is unusual, in a few words each; none for an ordinary crop.
    public let reasons: [String]
    /// The sum of the points; 0 for an ordinary crop.
    public let score: Double

    /// The least share of the image's pixels that a breast takes: below it a label or a scratch was cut out.
    static let leastShare = 0.04
    /// From here on nothing was cut away.
    static let wholeShare = 0.98
    /// Height over width of what a breast's box can be.
    static let aspects = 0.8...4.0
    /// A method that is less sure says so in the reasons; its doubt counts in any case.
    static let doubtfulConfidence = 0.5

    /// Weighs `entry`, which is of an image that was made.
    public init(_ entry: ManifestEntry) {
        var points: [(reason: String?, points: Double)] = []
        if let box = entry.cropBox, let rows = entry.rows, let columns = entry.columns, rows > 0, columns > 0 {
            points += Self.points(of: box, rows: rows, columns: columns)
        }
        if let confidence = entry.regionConfidence {
            let isDoubtful = confidence < Self.doubtfulConfidence
            points.append((isDoubtful ? "confidence \(rounded(confidence, to: 100))" : nil, 4 * (1 - confidence)))
        }
        if let count = entry.warnings?.count, count > 0 {
            points.append((count.of("warning"), 1))
        }
        reasons = points.compactMap(\.reason)
        score = points.reduce(0) { $0 + $1.points }
    }

    private static func points(of box: CropBox, rows: Int, columns: Int) -> [(reason: String?, points: Double)] {
        var points: [(reason: String?, points: Double)] = []
        let share = Double(box.width) * Double(box.height) / (Double(rows) * Double(columns))
        let sides = [box.x <= 0, box.y <= 0, box.x + box.width >= columns, box.y + box.height >= rows].count { $0 }
        if share >= wholeShare {
            points.append(("whole image", 3))
        } else if sides >= 3 {
            points.append(("touches \(sides) sides", 2))
        }
        if share < leastShare { points.append(("\(rounded(100 * share, to: 10)) % of the image", 3)) }
        let aspect = Double(box.height) / Double(max(1, box.width))
        if !aspects.contains(aspect) { points.append(("height/width \(rounded(aspect, to: 100))", 2)) }
        return points
    }
}

/// In steps of one `parts`th.
private func rounded(_ number: Double, to parts: Double) -> Double { (number * parts).rounded() / parts }

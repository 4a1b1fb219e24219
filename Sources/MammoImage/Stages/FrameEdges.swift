/// How far a bright frame reaches into an image from each side, beside the breast: film scans have white edges that lie
/// across the box of a breast as high as the image, where no choice of region gets rid of them.
struct FrameEdges {
    private(set) var left = 0
    private(set) var top = 0
    private(set) var right = 0
    private(set) var bottom = 0

    /// A frame is no wider than this part of the image.
    private static let deepest = 20
    /// A line belongs to the frame where so much of it beside the breast is bright.
    private static let brightShare = 0.3

    /// Looks along the lines of the region's box, at pixels that are not the region's own.
    init(of image: GrayImage, around region: Component, brighterThan level: Double) {
        let columns = region.box.x..<(region.box.x + region.box.width)
        let rows = region.box.y..<(region.box.y + region.box.height)
        func isFrame(_ places: [Int]) -> Bool {
            let beside = places.filter { region.mask[$0] == 0 }
            guard beside.count * 10 >= places.count else { return false }
            let bright = beside.count { Double(image.pixels[$0]) > level }
            return Double(bright) >= Self.brightShare * Double(beside.count)
        }
        func row(_ y: Int) -> [Int] { columns.map { y * image.columns + $0 } }
        func column(_ x: Int) -> [Int] { rows.map { $0 * image.columns + x } }
        // The last line that is bright, not the first that is dark: a frame may stand off from the edge.
        func depth(_ limit: Int, _ line: (Int) -> [Int]) -> Int {
            ((0..<limit).last { isFrame(line($0)) }).map { $0 + 2 } ?? 0
        }
        top = depth(image.rows / Self.deepest, row)
        bottom = depth(image.rows / Self.deepest) { row(image.rows - 1 - $0) }
        left = depth(image.columns / Self.deepest, column)
        right = depth(image.columns / Self.deepest) { column(image.columns - 1 - $0) }
    }
}

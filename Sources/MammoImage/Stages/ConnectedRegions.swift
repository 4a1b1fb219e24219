import CKernels

/// The 8-connected regions of a mask, from the runs of each of its rows: the box of each, and between which bounds the area
/// lies that its outer contour goes round.
///
/// A contour is a polygon through the centres of pixels. It holds every square between four centres of the region, so that
/// two runs that overlap by n pixels give it an area of at least n - 1; and it lies within its box. With one region well
/// ahead of all others, as a breast is, that says which contour is the largest without following a single one.
package struct ConnectedRegions {
    private struct Region {
        var parent: Int32
        var left: UInt32
        var end: UInt32
        var top: Int32
        var bottom: Int32
        var leastArea = 0

        var mostArea: Int { (Int(end) - Int(left) - 1) * Int(bottom - top) }

        mutating func absorb(_ other: Region) {
            left = min(left, other.left)
            end = max(end, other.end)
            top = min(top, other.top)
            bottom = max(bottom, other.bottom)
            leastArea += other.leastArea
        }
    }

    private struct LabelledRun {
        let first: UInt32
        let end: UInt32
        let region: Int32
    }

    private var regions: [Region] = []
    private var above: [LabelledRun] = []
    private var rowOfAbove = -2

    /// Adds a row below those that were added, by its runs in rising order; rows without any may be left out.
    mutating func add(_ runs: ArraySlice<ckernels_run>, row: Int) {
        if rowOfAbove != row - 1 { above.removeAll(keepingCapacity: true) }
        rowOfAbove = row
        var labelled: [LabelledRun] = []
        labelled.reserveCapacity(runs.count)
        var next = 0
        for run in runs {
            // Corners touch too: a run above may end where this one begins.
            while next < above.count, above[next].end < run.first { next += 1 }
            var region: Int32?
            var shared = 0
            var place = next
            while place < above.count, above[place].first <= run.end {
                let other = root(of: above[place].region)
                region = region.map { join($0, other) } ?? other
                shared += max(0, Int(min(run.end, above[place].end)) - Int(max(run.first, above[place].first)) - 1)
                place += 1
            }
            let label = region ?? Int32(regions.count)
            if region == nil {
                regions.append(
                    Region(parent: label, left: run.first, end: run.end, top: Int32(row), bottom: Int32(row)))
            }
            let index = Int(label)
            regions[index].left = min(regions[index].left, run.first)
            regions[index].end = max(regions[index].end, run.end)
            regions[index].bottom = Int32(row)
            regions[index].leastArea += shared
            labelled.append(LabelledRun(first: run.first, end: run.end, region: label))
        }
        above = labelled
    }

    /// Whether any row had a run.
    package var isEmpty: Bool { regions.isEmpty }

    /// The box of the region whose outer contour has the largest area; nil where the bounds do not decide.
    package func largestBox() -> CropBox? {
        let roots = regions.indices.filter { Int(regions[$0].parent) == $0 }
        guard let best = roots.max(by: { regions[$0].leastArea < regions[$1].leastArea }) else { return nil }
        let sure = regions[best].leastArea
        guard roots.allSatisfy({ $0 == best || regions[$0].mostArea < sure }) else { return nil }
        let region = regions[best]
        return CropBox(
            x: Int(region.left), y: Int(region.top), width: Int(region.end - region.left),
            height: Int(region.bottom - region.top) + 1)
    }

    private mutating func root(of region: Int32) -> Int32 {
        var at = Int(region)
        while Int(regions[at].parent) != at {
            regions[at].parent = regions[Int(regions[at].parent)].parent
            at = Int(regions[at].parent)
        }
        return Int32(at)
    }

    /// Makes one region of two roots; the one that was there first stays.
    private mutating func join(_ one: Int32, _ other: Int32) -> Int32 {
        if one == other { return one }
        let (kept, absorbed) = (Int(min(one, other)), Int(max(one, other)))
        regions[kept].absorb(regions[absorbed])
        regions[absorbed].parent = Int32(kept)
        return Int32(kept)
    }
}

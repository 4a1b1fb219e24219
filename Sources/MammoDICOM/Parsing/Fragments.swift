/// The items of encapsulated pixel data (PS3.5 A.4): where each lies.
struct Fragments {
    /// The bytes of each item; the first is the basic offset table.
    private(set) var items: [Range<Int>] = []
    /// Where the element behind them begins.
    private(set) var end: Int
    /// The delimiter is missing: the file ends behind an item.
    private(set) var lacksEnd = false

    /// More items than frames and fragments of any image: 64 MB of ranges.
    static let most = 1 << 22

    /// Goes through the items from `start` on. `isDelimited` where a delimiter ends them, else they end at `end`.
    ///
    /// - Throws: `DICOMError.malformed` where they cannot be followed, or the file ends before an item does.
    init(_ heads: ElementHeads, from start: Int, to end: Int, isDelimited: Bool) throws(DICOMError) {
        var at = start
        self.end = end
        while true {
            guard let tag = heads.tag(at: at), at + 8 <= end else {
                lacksEnd = isDelimited
                if at < end && isDelimited { throw .malformed(DataSet.cutOff(at: at, by: at + 8 - end)) }
                return
            }
            if tag == ElementHeads.sequenceEnd {
                self.end = at + 8
                return
            }
            guard tag == ElementHeads.item, let length = heads.itemLength(at: at) else {
                throw .malformed(DataSet.lost(at: at))
            }
            let item = at + 8..<at + 8 + length
            guard item.upperBound <= end else {
                let name = "fragment \(items.count) of the pixel data"
                throw .malformed(
                    "the file ends \(item.upperBound - end) bytes before \(name) does (truncated); fetch it again")
            }
            guard items.count < Self.most else { throw .malformed("more than \(Self.most) fragments") }
            items.append(item)
            at = item.upperBound
        }
    }
}

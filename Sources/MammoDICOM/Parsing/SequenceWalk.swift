/// Goes through a sequence of undefined length to find its end.
struct SequenceWalk {
    /// Items are written with implicit VR where explicit was expected, or the other way round.
    private(set) var contradictsEncoding = false

    private let head: ElementHead
    private var heads: ElementHeads
    private let limit: Int
    private var levels: [Level]

    /// Real files nest to about ten.
    static let deepest = 64

    private struct Level {
        var isItem: Bool
        /// One past the last byte; nil where a delimiter ends it.
        var end: Int?
        var isExplicit: Bool
    }

    /// A walk over the sequence behind `head`, in a level that ends at `limit`.
    init(_ heads: ElementHeads, _ head: ElementHead, _ limit: Int) {
        // What is in UN is implicit and little-endian (PS3.5 6.2.2, note 2).
        let isUnknown = head.vr == .un
        self.heads = ElementHeads(reader: heads.reader, isBigEndian: heads.isBigEndian && !isUnknown)
        self.head = head
        self.limit = limit
        levels = [Level(isItem: false, end: nil, isExplicit: head.vr != nil && !isUnknown)]
    }

    /// Returns where the element behind the sequence begins.
    ///
    /// - Throws: `DICOMError.malformed` where the structure cannot be followed, the file ends, or sequences nest too deep.
    mutating func run() throws(DICOMError) -> Int {
        var at = head.valueStart
        while let level = levels.last {
            if let end = level.end, at >= end {
                levels.removeLast()
                continue
            }
            let end = level.end ?? limit
            guard let tag = heads.tag(at: at), at + 8 <= end else {
                throw .malformed(DataSet.cutOff(at: head.valueStart, by: at + 8 - end, head.tag))
            }
            if tag >> 16 == ElementHeads.itemGroup {
                at = try delimiter(tag, at)
            } else if level.isItem {
                at = try element(tag, at, end)
            } else {
                // No item and no delimiter: a writer forgot it, and this is the next element of the level above.
                levels.removeLast()
            }
        }
        return at
    }

    private mutating func delimiter(_ tag: Int, _ at: Int) throws(DICOMError) -> Int {
        switch tag {
        case ElementHeads.item:
            // An item behind one that has no delimiter ends it.
            if let last = levels.last, last.isItem { levels.removeLast() }
            guard let sequence = levels.last else { return at }
            guard let length = heads.itemLength(at: at) else {
                levels.append(Level(isItem: true, end: nil, isExplicit: sequence.isExplicit))
                guard levels.count <= 2 * Self.deepest else {
                    throw .malformed("sequences are nested more than \(Self.deepest) deep")
                }
                return at + 8
            }
            guard at + 8 + length <= limit else {
                throw .malformed(DataSet.cutOff(at: head.valueStart, by: at + 8 + length - limit, head.tag))
            }
            return at + 8 + length
        case ElementHeads.itemEnd:
            if let last = levels.last, last.isItem { levels.removeLast() }
            return at + 8
        case ElementHeads.sequenceEnd:
            if let last = levels.last, last.isItem { levels.removeLast() }
            _ = levels.popLast()
            return at + 8
        default: throw .malformed(DataSet.lost(at: at))
        }
    }

    private mutating func element(_ tag: Int, _ at: Int, _ end: Int) throws(DICOMError) -> Int {
        var isExplicit = levels[levels.count - 1].isExplicit
        let expected = isExplicit
        guard let inner = heads.head(at: at, tag: tag, end: end, isExplicit: &isExplicit) else {
            throw .malformed(DataSet.lost(at: at))
        }
        if isExplicit != expected { contradictsEncoding = true }
        levels[levels.count - 1].isExplicit = isExplicit
        guard let next = inner.end else {
            if tag == ElementHeads.pixelData {
                return try Fragments(heads, from: inner.valueStart, to: end, isDelimited: true).end
            }
            levels.append(Level(isItem: false, end: nil, isExplicit: isExplicit && inner.vr != .un))
            return inner.valueStart
        }
        guard next <= end else { throw .malformed(DataSet.cutOff(at: at, by: next - end, tag)) }
        return next
    }
}

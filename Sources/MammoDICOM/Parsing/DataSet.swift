/// The elements of a data set or of an item of a sequence, found once: where each lies, not what it holds.
///
/// Sequences are stepped over and looked into when they are asked for, so that nothing calls itself however deep they nest.
struct DataSet {
    /// How the elements are read.
    let heads: ElementHeads
    /// One past the last byte, the delimiter's included where one ends it.
    private(set) var end: Int
    /// The elements were explicit, by the last one.
    private(set) var isExplicit: Bool
    /// Elements, or items that had to be gone through, are written with implicit VR where explicit was expected or the other
    /// way round.
    private(set) var contradictsEncoding = false
    /// Where the pixel data have fragments, those.
    private(set) var fragments: Fragments?
    /// The pixel data have no delimiter and end with the file.
    private(set) var lacksDelimiter = false
    /// The bytes by which the pixel data's length leads past the end of the file.
    private(set) var missingPixelBytes = 0

    private var elements: [Int: ElementHead] = [:]
    private var explicitCount = 0
    private var implicitCount = 0

    /// Groups that hold what is asked for; others are not kept.
    private static let groups: Set = [0x0002, 0x0008, 0x0018, 0x0020, 0x0028, 0x0054, 0x5200, 0x7FE0]

    /// Goes through the elements from `start` on, up to `end` or, in an item of undefined length, to its delimiter. The
    /// outermost level is the file's.
    ///
    /// - Throws: `DICOMError.malformed` where the structure cannot be followed, or the file ends before an element does.
    init(
        _ heads: ElementHeads, from start: Int, to end: Int, isExplicit: Bool, isOutermost: Bool
    ) throws(DICOMError) {
        self.heads = heads
        self.end = end
        self.isExplicit = isExplicit
        var at = start
        while at < end {
            // What follows the pixel data is not needed, and need not be sound.
            let isDone = isOutermost && elements[ElementHeads.pixelData] != nil
            guard let tag = heads.tag(at: at), at + 8 <= end else {
                if isDone || !isOutermost { return }
                throw .malformed(Self.cutOff(at: at, by: at + 8 - end))
            }
            if tag >> 16 == ElementHeads.itemGroup {
                if isDone { return }
                guard isOutermost else {
                    self.end = tag == ElementHeads.itemEnd ? at + 8 : at
                    return
                }
                // A delimiter too many, as behind a sequence that has a length.
                guard tag != ElementHeads.item, heads.itemLength(at: at) == 0 else {
                    throw .malformed(Self.lost(at: at))
                }
                at += 8
                continue
            }
            do {
                at = try read(at, tag, isOutermost)
            } catch {
                if isDone { return }
                throw error
            }
        }
    }

    /// How many elements are explicit, or implicit.
    func count(isExplicit: Bool) -> Int { isExplicit ? explicitCount : implicitCount }

    /// The element with a tag; nil where there is none.
    subscript(tag: Int) -> ElementHead? { elements[tag] }

    /// Item `index` of a sequence, from 0; nil where there is no such item, or it cannot be followed.
    func item(_ index: Int, of tag: Int) -> DataSet? {
        guard let sequence = elements[tag], sequence.vr != .ob, sequence.vr != .ow else { return nil }
        // What is in UN is implicit and little-endian (PS3.5 6.2.2, note 2).
        let isUnknown = sequence.vr == .un
        let inner = ElementHeads(reader: heads.reader, isBigEndian: heads.isBigEndian && !isUnknown)
        let limit = min(sequence.end ?? end, heads.reader.count)
        let expectsExplicit = sequence.vr != nil && !isUnknown
        var at = sequence.valueStart
        var number = 0
        while at + 8 <= limit, inner.tag(at: at) == ElementHeads.item {
            let length = inner.itemLength(at: at)
            let itemEnd = length.map { at + 8 + $0 } ?? limit
            if number == index || length == nil {
                let item = try? DataSet(
                    inner, from: at + 8, to: min(itemEnd, limit), isExplicit: expectsExplicit, isOutermost: false)
                if number == index { return item }
                guard let item else { return nil }
                at = item.end
            } else {
                at = itemEnd
            }
            number += 1
        }
        return nil
    }

    /// Takes the element at a place in; returns where the next one begins.
    private mutating func read(_ at: Int, _ tag: Int, _ isOutermost: Bool) throws(DICOMError) -> Int {
        let expected = isExplicit
        guard let head = heads.head(at: at, tag: tag, end: end, isExplicit: &isExplicit) else {
            throw .malformed(Self.lost(at: at))
        }
        if isExplicit != expected { contradictsEncoding = true }
        if head.vr == nil { implicitCount += 1 } else { explicitCount += 1 }
        let isNew = elements[tag] == nil
        let isPixelData = isOutermost && tag == ElementHeads.pixelData
        guard let next = head.end else {
            if isPixelData {
                let found = try Fragments(heads, from: head.valueStart, to: end, isDelimited: true)
                if isNew { (elements[tag], fragments, lacksDelimiter) = (head, found, found.lacksEnd) }
                return found.end
            }
            if isNew, Self.groups.contains(tag >> 16) { elements[tag] = head }
            var walk = SequenceWalk(heads, head, end)
            let after = try walk.run()
            if walk.contradictsEncoding { contradictsEncoding = true }
            return after
        }
        if next > end {
            // Pixel data may be all there, where their padding is missing or their length is wrong.
            guard isPixelData, isNew else {
                throw isOutermost ? .malformed(Self.cutOff(at: at, by: next - end, tag)) : .malformed(Self.lost(at: at))
            }
            missingPixelBytes = next - end
        }
        if isNew, Self.groups.contains(tag >> 16) { elements[tag] = head }
        return next
    }

    static func lost(at place: Int) -> String { "the structure cannot be followed beyond byte \(place)" }

    static func cutOff(at place: Int, by missing: Int, _ tag: Int? = nil) -> String {
        let element = tag.map { "element \(name(of: $0))" } ?? "an element"
        return "the file ends \(missing) bytes before \(element), at byte \(place), does (truncated); fetch it again"
    }

    static func name(of tag: Int) -> String {
        func digits(_ number: Int) -> String {
            let text = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - text.count) + text
        }
        return "(\(digits(tag >> 16)),\(digits(tag & 0xFFFF)))"
    }
}

/// The head of an element (PS3.5 7.1): what comes before its value.
struct ElementHead {
    /// Group and element, `group << 16 | element`.
    let tag: Int
    /// Nil with implicit VR.
    let vr: ValueRepresentation?
    /// The first byte of the value.
    let valueStart: Int
    /// The value's bytes; nil where undefined, and a delimiter ends it.
    let length: Int?

    /// One past the value's last byte; nil where the length is undefined.
    var end: Int? { length.map { valueStart + $0 } }
}

/// How elements are written.
struct ElementEncoding: Equatable {
    /// Value representations are written out.
    var isExplicit: Bool
    /// Numbers have their most significant byte first.
    var isBigEndian: Bool
}

/// Reads heads of elements, in explicit or implicit VR, whichever they are written in.
///
/// Writers mix the two: a data set is implicit where its transfer syntax says explicit, or the items of a sequence are, or
/// elements that were copied from another file. What is expected is taken wherever it makes sense, in one look. Only where it
/// does not, both are tried, and that one counts behind which another element follows.
struct ElementHeads {
    let reader: ByteReader
    let isBigEndian: Bool

    static let itemGroup = 0xFFFE
    static let item = 0xFFFE_E000
    static let itemEnd = 0xFFFE_E00D
    static let sequenceEnd = 0xFFFE_E0DD
    static let pixelData = 0x7FE0_0010
    private static let undefined = 0xFFFF_FFFF

    /// The tag at a place; nil where the bytes end.
    func tag(at place: Int) -> Int? {
        guard let group = number(place, 2), let element = number(place + 2, 2) else { return nil }
        return group << 16 | element
    }

    /// The length of an item or delimiter at a place; nil where undefined.
    func itemLength(at place: Int) -> Int? {
        number(place + 4, 4).flatMap { $0 == Self.undefined ? nil : $0 }
    }

    /// The head at a place, of an element with this tag, whose level ends at `end`. `isExplicit` says what is expected, and
    /// afterwards what was found. Nil where there is none.
    func head(at place: Int, tag: Int, end: Int, isExplicit: inout Bool) -> ElementHead? {
        guard isExplicit else { return headExpectingImplicit(place, tag, end, &isExplicit) }
        let explicit = explicitHead(place, tag)
        if let explicit, fits(explicit, end) { return explicit }
        let implicit = implicitHead(place, tag).flatMap { fits($0, end) ? $0 : nil }
        if let explicit {
            // Too long: cut off, or its letters are the length of an implicit element by chance. Zeros behind the letters of a
            // long form are none.
            let isCertain = explicit.vr?.hasLongForm == true && number(place + 6, 2) == 0
            if !isCertain, let implicit, isFollowed(implicit, end) {
                isExplicit = false
                return implicit
            }
            return shortened(place, tag, explicit, end) ?? explicit
        }
        for head in [unknownHead(place, tag), implicit] {
            if let head, fits(head, end), isFollowed(head, end) {
                isExplicit = head.vr != nil
                return head
            }
        }
        if implicit != nil { isExplicit = false }
        return implicit
    }

    /// Whether an element stands at a place, in explicit or implicit VR, that another one follows.
    func isFollowedHead(at place: Int, tag: Int, end: Int) -> Bool {
        [explicitHead(place, tag), implicitHead(place, tag)].contains { head in
            head.map { fits($0, end) && isFollowed($0, end) } ?? false
        }
    }

    private func headExpectingImplicit(_ place: Int, _ tag: Int, _ end: Int, _ isExplicit: inout Bool) -> ElementHead? {
        let implicit = implicitHead(place, tag)
        // Only a length that reads as the letters of a VR, and so is some 16 thousand or more, is looked at twice: explicit
        // where letters follow once more behind it, or where the implicit length cannot be.
        guard let explicit = explicitHead(place, tag), fits(explicit, end) else { return implicit }
        let canBeImplicit = implicit.map { fits($0, end) && ($0.length ?? 0) % 2 == 0 } ?? false
        guard isFollowed(explicit, end, byLetters: true) || !canBeImplicit else { return implicit }
        isExplicit = true
        return explicit
    }

    private func number(_ place: Int, _ length: Int) -> Int? {
        reader.number(at: place, bytes: length, bigEndian: isBigEndian)
    }

    private func length(_ place: Int) -> Int?? { number(place, 4).map { $0 == Self.undefined ? nil : $0 } }

    /// The letters at a place, whatever the byte order.
    private func letters(_ place: Int) -> UInt16? {
        reader.number(at: place, bytes: 2, bigEndian: true).map { UInt16($0) }
    }

    private func explicitHead(_ place: Int, _ tag: Int) -> ElementHead? {
        guard let vr = letters(place + 4).flatMap(ValueRepresentation.init) else { return nil }
        if vr.hasLongForm {
            guard let length = length(place + 8) else { return nil }
            return ElementHead(tag: tag, vr: vr, valueStart: place + 12, length: length)
        }
        guard let length = number(place + 6, 2) else { return nil }
        return ElementHead(tag: tag, vr: vr, valueStart: place + 8, length: length)
    }

    private func implicitHead(_ place: Int, _ tag: Int) -> ElementHead? {
        guard let length = length(place + 4) else { return nil }
        return ElementHead(tag: tag, vr: nil, valueStart: place + 8, length: length)
    }

    /// Some writers give OB, UN and the like a length of two bytes.
    private func shortened(_ place: Int, _ tag: Int, _ long: ElementHead, _ end: Int) -> ElementHead? {
        guard long.vr?.hasLongForm == true, let length = number(place + 6, 2), length > 0 else { return nil }
        let head = ElementHead(tag: tag, vr: long.vr, valueStart: place + 8, length: length)
        return fits(head, end) && isFollowed(head, end) ? head : nil
    }

    /// An element whose letters are no VR: one newer than this program, whose length has four bytes (PS3.5 7.1.2), or zeros,
    /// blanks or marks that stand for an unknown one, with two.
    private func unknownHead(_ place: Int, _ tag: Int) -> ElementHead? {
        guard let letters = letters(place + 4) else { return nil }
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        if capitals.contains(UInt8(letters >> 8)), capitals.contains(UInt8(letters & 0xFF)), number(place + 6, 2) == 0,
            let length = length(place + 8)
        {
            return ElementHead(tag: tag, vr: .un, valueStart: place + 12, length: length)
        }
        guard [0, 0x2020, 0x3F3F, 0x2D2D].contains(letters), let length = number(place + 6, 2) else { return nil }
        return ElementHead(tag: tag, vr: .un, valueStart: place + 8, length: length)
    }

    private func fits(_ head: ElementHead, _ end: Int) -> Bool { (head.end ?? head.valueStart) <= end }

    /// Behind the value the level ends, or an element with a higher tag begins (PS3.5 7.1), with `byLetters` an explicit one, or
    /// an item where the length is undefined.
    private func isFollowed(_ head: ElementHead, _ end: Int, byLetters: Bool = false) -> Bool {
        let next = head.end ?? head.valueStart
        if next == end { return true }
        guard let tag = tag(at: next), next + 8 <= end else { return false }
        if tag >> 16 == Self.itemGroup {
            if head.length == nil { return true }
            return tag != Self.item && itemLength(at: next) == 0
        }
        guard head.length != nil, tag > head.tag else { return false }
        if let explicit = explicitHead(next, tag), fits(explicit, end) { return true }
        return !byLetters && (implicitHead(next, tag).map { fits($0, end) } ?? false)
    }
}

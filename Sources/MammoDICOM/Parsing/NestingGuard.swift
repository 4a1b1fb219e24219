/// Looks how deep the sequences of a data set are nested before DCMTK does: its parser calls itself at each level, and
/// a file of a few megabytes can nest deep enough to run any stack over.
struct NestingGuard {
    private let reader: ByteReader
    private let encoding: FileLayout.Encoding

    /// Real files nest to about ten.
    static let deepest = 64
    /// A file whose structure cannot be followed is still handed on where it has too few items to nest far.
    static let mostItemsUnseen = 1000

    /// Elements that do not follow in rising order (PS3.5 7.1): DCMTK looks for the place of each from the end.
    static let mostOutOfOrder = 1000

    /// Walks the data set in each of `encodings`, from `start` on.
    ///
    /// - Throws: `DICOMError.malformed` where nesting is too deep, or may be.
    static func check(_ reader: ByteReader, _ encodings: [FileLayout.Encoding], from start: Int) throws(DICOMError) {
        for encoding in encodings {
            switch NestingGuard(reader: reader, encoding: encoding).walk(from: start) {
            case .followed: continue
            case .tooDeep: throw .malformed("sequences are nested more than \(deepest) deep")
            case .outOfOrder: throw .malformed("more than \(mostOutOfOrder) elements are out of order")
            case .lost(let place):
                // Where the file does not say how it is encoded, a wrong guess loses its way in a sound file.
                if hasItems(reader, moreThan: mostItemsUnseen) && encodings.count == 1 {
                    throw .malformed("the structure cannot be followed beyond byte \(place)")
                }
                if hasItems(reader, moreThan: 100 * mostItemsUnseen) {
                    throw .malformed("the structure cannot be followed, and the file does not say how it is encoded")
                }
            }
        }
    }

    private enum Verdict {
        case followed
        case tooDeep
        case outOfOrder
        case lost(at: Int)
    }

    private enum Kind {
        case sequence
        case item
        case fragments
    }

    private struct Level {
        var kind: Kind
        /// One past the last byte; nil where a delimiter ends it.
        var end: Int?
        var explicit: Bool
        /// The tag that was read last.
        var lastTag = 0
    }

    private static let itemGroup = 0xFFFE
    private static let undefined = 0xFFFF_FFFF

    private func walk(from start: Int) -> Verdict {
        // The data set itself is the outermost item.
        var levels = [Level(kind: .item, end: nil, explicit: encoding.isExplicit)]
        var at = start
        var outOfOrder = 0
        while true {
            while let end = levels[levels.count - 1].end, at >= end {
                if at > end { return .lost(at: at) }
                levels.removeLast()
            }
            if levels.count > 2 * Self.deepest { return .tooDeep }
            // A head that is cut off is left for the parser to report: nothing can be nested behind it.
            guard let group = word(at), let element = word(at + 2), let length = long(at + 4) else {
                return at > reader.count ? .lost(at: at) : .followed
            }
            if group == Self.itemGroup {
                guard let next = enterOrLeave(element, length, at, &levels) else { return .lost(at: at) }
                at = next
                continue
            }
            guard levels[levels.count - 1].kind == .item else { return .lost(at: at) }
            let tag = group << 16 | element
            if tag <= levels[levels.count - 1].lastTag { outOfOrder += 1 }
            if outOfOrder > Self.mostOutOfOrder { return .outOfOrder }
            levels[levels.count - 1].lastTag = tag
            let next =
                levels[levels.count - 1].explicit
                ? explicitValue(at, group, &levels) : implicitValue(at, group, element, length, &levels)
            guard let next else { return .lost(at: at) }
            at = next
        }
    }

    /// Items and delimiters; where to read on, or nil where they do not fit.
    private func enterOrLeave(_ element: Int, _ length: Int, _ at: Int, _ levels: inout [Level]) -> Int? {
        let level = levels[levels.count - 1]
        switch (element, level.kind) {
        case (0xE000, .sequence):
            let end = length == Self.undefined ? nil : at + 8 + length
            levels.append(Level(kind: .item, end: end, explicit: level.explicit))
            return at + 8
        case (0xE000, .fragments) where length != Self.undefined: return at + 8 + length
        case (0xE00D, .item), (0xE0DD, .sequence), (0xE0DD, .fragments):
            guard level.end == nil, levels.count > 1 else { return nil }
            levels.removeLast()
            return at + 8
        default: return nil
        }
    }

    private func explicitValue(_ at: Int, _ group: Int, _ levels: inout [Level]) -> Int? {
        guard let head = ExplicitElement(reader, at: at, bigEndian: encoding.isBigEndian) else { return nil }
        guard let length = head.length else {
            let isPixelData = group == 0x7FE0 && head.element == 0x0010
            // UN of undefined length is a sequence with implicit VR (PS3.5 6.2.2, note 2).
            levels.append(Level(kind: isPixelData ? .fragments : .sequence, end: nil, explicit: head.vr != "UN"))
            return head.valueStart
        }
        guard head.vr == "SQ" else { return head.valueStart + length }
        levels.append(Level(kind: .sequence, end: head.valueStart + length, explicit: true))
        return head.valueStart
    }

    private func implicitValue(
        _ at: Int, _ group: Int, _ element: Int, _ length: Int, _ levels: inout [Level]
    ) -> Int? {
        if length == Self.undefined {
            let isPixelData = group == 0x7FE0 && element == 0x0010
            levels.append(Level(kind: isPixelData ? .fragments : .sequence, end: nil, explicit: false))
            return at + 8
        }
        // Only a dictionary knows which values are sequences; those that are begin with an item.
        if length >= 8, word(at + 8) == Self.itemGroup, word(at + 10) == 0xE000 {
            levels.append(Level(kind: .sequence, end: at + 8 + length, explicit: false))
            return at + 8
        }
        return at + 8 + length
    }

    private func word(_ at: Int) -> Int? { reader.number(at: at, bytes: 2, bigEndian: encoding.isBigEndian) }

    private func long(_ at: Int) -> Int? { reader.number(at: at, bytes: 4, bigEndian: encoding.isBigEndian) }

    /// Counts what could be item tags, in either byte order.
    private static func hasItems(_ reader: ByteReader, moreThan limit: Int) -> Bool {
        var found = 0
        var last: UInt32 = 0
        var at = 0
        while at < reader.count {
            let chunk = reader.bytes(at: at, count: 1 << 14)
            if chunk.isEmpty { break }
            for byte in chunk {
                last = last << 8 | UInt32(byte)
                if last == 0xFEFF_00E0 || last == 0xFFFE_E000 { found += 1 }
            }
            if found > limit { return true }
            at += chunk.count
        }
        return false
    }
}

/// Reads single attributes of a data set, whatever VR they have, and says what is wrong with them by name.
struct HeaderReader {
    /// The file's data set, or one functional group of it.
    let dataSet: DataSet
    /// What was odd about values that were read.
    let notes: HeaderNotes

    init(_ dataSet: DataSet, _ notes: HeaderNotes) {
        self.dataSet = dataSet
        self.notes = notes
    }

    /// A reader of the first item of a top-level sequence; nil where there is none.
    func item(of sequence: Tag) -> HeaderReader? {
        dataSet.item(0, of: sequence.number).map { HeaderReader($0, notes) }
    }

    /// A tag with the keyword that messages use.
    struct Tag {
        let number: Int
        let keyword: String

        init(_ group: Int, _ element: Int, _ keyword: String) {
            number = group << 16 | element
            self.keyword = keyword
        }
    }

    /// A reader of one functional group (PS3.3 C.7.6.16) of a frame, from 1: its own, else the one that all frames share. Nil
    /// where there is neither.
    func within(_ sequence: Tag, ofFrame frame: Int) -> HeaderReader? {
        for (groups, index) in [(Self.perFrame, max(0, frame - 1)), (Self.shared, 0)] {
            let group = dataSet.item(index, of: groups.number)?.item(0, of: sequence.number)
            if let group { return HeaderReader(group, notes) }
        }
        return nil
    }

    private static let shared = Tag(0x5200, 0x9229, "SharedFunctionalGroupsSequence")
    private static let perFrame = Tag(0x5200, 0x9230, "PerFrameFunctionalGroupsSequence")

    func exists(_ tag: Tag) -> Bool { dataSet[tag.number] != nil }

    /// The value as text without padding; nil where the element is absent or empty.
    func text(_ tag: Tag) -> String? {
        guard let value = ElementValue(dataSet, tag) else { return nil }
        if let numbers = value.numbersByVR {
            return numbers.isEmpty ? nil : numbers.map(Self.plain).joined(separator: "\\")
        }
        return value.text
    }

    /// A US attribute, however it is written; nil where it is absent or empty.
    ///
    /// - Throws: `DICOMError.badAttribute` where it is no whole number.
    func word(_ tag: Tag) throws(DICOMError) -> Int? {
        guard let value = ElementValue(dataSet, tag), !value.isEmpty else { return nil }
        // Two bytes with a sign are taken without: nothing that is counted here is negative.
        let number =
            value.vr == .ss ? value.words.first.map(Double.init) : (value.numbersByVR ?? value.binaryOrText).first
        guard let number, let whole = Int(exactly: number) else {
            throw .badAttribute(name: tag.keyword, found: value.shown, expected: "a whole number")
        }
        notes.expect(.us, value.vr, tag.keyword)
        return whole
    }

    /// A US attribute that has to be there and lie in `range`.
    func word(_ tag: Tag, in range: ClosedRange<Int>) throws(DICOMError) -> Int {
        let expected = "\(range.lowerBound) to \(range.upperBound)"
        guard let value = try word(tag) else {
            if exists(tag) { throw .badAttribute(name: tag.keyword, found: "empty", expected: expected) }
            throw .missingAttribute(tag.keyword)
        }
        guard range.contains(value) else {
            throw .badAttribute(name: tag.keyword, found: "\(value)", expected: expected)
        }
        return value
    }

    /// All numbers of a DS or IS attribute, in order, up to the first that is none, and its text where there is such a one.
    func numbers(_ tag: Tag) -> (values: [Double], unread: String?) {
        guard let value = ElementValue(dataSet, tag), !value.isEmpty else { return ([], nil) }
        notes.expectText(value.vr, tag.keyword)
        if let numbers = value.numbersByVR { return (numbers, nil) }
        if !value.isText, value.vr?.kind != .text, let number = value.binary { return ([number], nil) }
        let found = value.numbersByText
        let values = found.prefix { $0?.isFinite == true }.compactMap { $0 }
        return (values, values.count == found.count ? nil : value.shown)
    }

    /// The first number of a DS or IS attribute; nil where it is absent or empty.
    func number(_ tag: Tag) throws(DICOMError) -> Double? {
        let (values, unread) = numbers(tag)
        if let value = values.first { return value }
        guard let unread else { return nil }
        throw .badAttribute(name: tag.keyword, found: unread, expected: "a number")
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}

/// What was odd about the VRs of a header, gathered while it is read.
final class HeaderNotes {
    private var keywords: [(vr: ValueRepresentation, expected: String, keywords: [String])] = []

    /// Notes an attribute whose VR is not the one it has in PS3.6. With implicit VR there is none to compare.
    func expect(_ expected: ValueRepresentation, _ found: ValueRepresentation?, _ keyword: String) {
        if let found, found != expected { add(found, expected.letters, keyword) }
    }

    /// The same of one that should be a text.
    func expectText(_ found: ValueRepresentation?, _ keyword: String) {
        if let found, found.kind != .text { add(found, "DS or IS", keyword) }
    }

    /// The same of a look-up table's.
    func expect(oneOf expected: [ValueRepresentation], _ found: ValueRepresentation?, _ keyword: String) {
        if let found, !expected.contains(found) {
            add(found, expected.map(\.letters).joined(separator: " or "), keyword)
        }
    }

    /// A line for each VR that was not expected.
    var warnings: [String] {
        keywords.map { "\($0.keywords.joined(separator: ", ")): VR \($0.vr.letters), expected \($0.expected)" }
    }

    private func add(_ vr: ValueRepresentation, _ expected: String, _ keyword: String) {
        guard let place = keywords.firstIndex(where: { $0.vr == vr && $0.expected == expected }) else {
            keywords.append((vr, expected, [keyword]))
            return
        }
        if !keywords[place].keywords.contains(keyword) { keywords[place].keywords.append(keyword) }
    }
}

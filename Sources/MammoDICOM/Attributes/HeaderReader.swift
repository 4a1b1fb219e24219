import CDCMTK

/// Reads single attributes of an opened file, and says what is wrong with them by name.
struct HeaderReader {
    let file: OpaquePointer
    /// Where texts and numbers are read from; nil for the top level.
    private var functionalGroup: OpaquePointer?

    init(file: OpaquePointer) { self.file = file }

    /// A reader of one functional group (PS3.3 C.7.6.16) of a frame, from 1: its own, else the one that all frames share. Nil
    /// where there is neither.
    func within(_ sequence: Tag, ofFrame frame: Int) -> HeaderReader? {
        guard let group = cdcmtk_find_functional_group(file, UInt(max(0, frame - 1)), sequence.group, sequence.element)
        else { return nil }
        var reader = self
        reader.functionalGroup = group
        return reader
    }

    /// A reader of the first item of a top-level sequence; nil where there is none.
    func item(of sequence: Tag) -> HeaderReader? {
        guard let item = cdcmtk_find_item(file, sequence.group, sequence.element) else { return nil }
        var reader = self
        reader.functionalGroup = item
        return reader
    }

    /// A tag with the keyword that messages use.
    struct Tag {
        let group: UInt16
        let element: UInt16
        let keyword: String

        init(_ group: UInt16, _ element: UInt16, _ keyword: String) {
            self.group = group
            self.element = element
            self.keyword = keyword
        }
    }

    func exists(_ tag: Tag) -> Bool { cdcmtk_exists(file, tag.group, tag.element) != 0 }

    /// The value as text without padding; nil where the element is absent or empty.
    func text(_ tag: Tag) -> String? {
        var buffer = [CChar](repeating: 0, count: 1024)
        guard cdcmtk_string(file, functionalGroup, tag.group, tag.element, &buffer, buffer.count) != 0 else {
            return nil
        }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self).filter {
            $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
        let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    func word(_ tag: Tag) -> Int? {
        var value: UInt16 = 0
        return cdcmtk_uint16(file, tag.group, tag.element, &value) == 0 ? nil : Int(value)
    }

    /// A US attribute that has to be there and lie in `range`.
    func word(_ tag: Tag, in range: ClosedRange<Int>) throws(DICOMError) -> Int {
        guard let value = word(tag) else { throw .missingAttribute(tag.keyword) }
        guard range.contains(value) else {
            throw .badAttribute(
                name: tag.keyword, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// All numbers of a DS or IS attribute, in order, up to the first that is none.
    func numbers(_ tag: Tag) -> [Double] {
        let parts = (text(tag) ?? "").split(separator: "\\", omittingEmptySubsequences: false)
        return Array(
            parts.lazy.map { Double($0.filter { $0 != " " }) }.prefix { $0?.isFinite == true }.compactMap { $0 })
    }

    /// The first number of a DS or IS attribute; nil where it is absent or empty.
    func number(_ tag: Tag) throws(DICOMError) -> Double? {
        guard let text = text(tag) else { return nil }
        guard let value = numbers(tag).first else {
            throw .badAttribute(name: tag.keyword, found: "'\(text)'", expected: "a number")
        }
        return value
    }
}

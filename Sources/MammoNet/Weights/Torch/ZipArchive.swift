/// The members of a zip archive as torch.save writes it: stored, not compressed, with ZIP64 records (APPNOTE 6.3.10). Compressed
/// members have a name and cannot be read.
///
/// Not read by minizip, with which MammoData writes archives: where there are ZIP64 records, it never looks at the last
/// record, and opens a file whose last 22 bytes are cut off. It also reports every kind of damage as the same null handle.
struct ZipArchive {
    /// "PK" and the number of a local file header.
    static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    private enum Member {
        /// Where its bytes lie in the file.
        case stored(Range<Int>)
        /// Compressed or encrypted.
        case packed
    }

    private let members: [String: Member]

    /// The members' names.
    var names: some Collection<String> { members.keys }

    /// Where a member's bytes lie in the file; nil where there is no such member.
    ///
    /// - Throws: `WeightsError.unsupported` where it is compressed or encrypted.
    func member(_ name: String, _ path: String) throws(WeightsError) -> Range<Int>? {
        guard let member = members[name] else { return nil }
        guard case .stored(let range) = member else {
            throw .unsupported(
                path: path,
                reason:
                    "\(CheckpointFacts.shown(name)) is compressed or encrypted; torch.save stores its members plainly")
        }
        return range
    }

    /// Reads the directory at the end, and finds each member's bytes by its own header.
    init(_ bytes: [UInt8], _ path: String) throws(WeightsError) {
        func damaged(_ reason: String) -> WeightsError { .damaged(path: path, reason: "zip archive: \(reason)") }
        guard let end = Self.endRecord(bytes) else { throw damaged("no directory at its end; was it copied whole?") }
        guard let (entries, start) = Self.directory(bytes, end), entries <= 1 << 20, start <= end else {
            throw damaged("its last record does not say where the directory is")
        }
        var cursor = ByteCursor(bytes[start..<end])
        var members: [String: Member] = [:]
        for _ in 0..<entries {
            guard let entry = Entry(&cursor) else { throw damaged("its directory is cut off") }
            let name = CheckpointFacts.shown(entry.name)
            var member = Member.packed
            if entry.method == 0, entry.flags & 1 == 0 {
                guard let range = Self.contents(of: entry, bytes) else { throw damaged("\(name) lies outside of it") }
                member = .stored(range)
            }
            guard members.updateValue(member, forKey: entry.name) == nil else {
                throw damaged("\(name) is there twice")
            }
        }
        self.members = members
    }

    /// The end of central directory record, searched from the end, since a comment may follow it.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        let first = max(0, bytes.count - 22 - 65_535)
        return stride(from: bytes.count - 22, through: first, by: -1).first {
            bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5 && bytes[$0 + 3] == 6
        }
    }

    /// How many entries, and where the first is.
    private static func directory(_ bytes: [UInt8], _ end: Int) -> (entries: Int, start: Int)? {
        var cursor = ByteCursor(bytes[(end + 10)...])
        guard let entries = cursor.number(UInt16.self), cursor.number(UInt32.self) != nil,
            let start = cursor.number(UInt32.self)
        else { return nil }
        if entries != .max && start != .max { return (Int(entries), Int(start)) }
        // ZIP64: a locator of twenty bytes stands before, and says where the longer record is.
        guard end >= 20 else { return nil }
        var locator = ByteCursor(bytes[(end - 20)..<end])
        guard locator.number(UInt32.self) == 0x0706_4B50, locator.number(UInt32.self) != nil,
            let place = locator.number(UInt64.self), place <= UInt64(max(0, bytes.count - 56))
        else { return nil }
        var record = ByteCursor(bytes[Int(place)...])
        guard record.number(UInt32.self) == 0x0606_4B50, record.take(28) != nil,
            let many = record.number(UInt64.self), record.take(8) != nil, let first = record.number(UInt64.self),
            many <= UInt64(bytes.count), first <= UInt64(bytes.count)
        else { return nil }
        return (Int(many), Int(first))
    }

    /// A line of the directory.
    private struct Entry {
        let name: String
        let flags: UInt16
        let method: UInt16
        let size: UInt64
        let header: UInt64

        init?(_ cursor: inout ByteCursor) {
            guard cursor.number(UInt32.self) == 0x0201_4B50, cursor.take(4) != nil,
                let flags = cursor.number(UInt16.self), let method = cursor.number(UInt16.self),
                cursor.take(8) != nil, let packed = cursor.number(UInt32.self),
                let plain = cursor.number(UInt32.self), let nameLength = cursor.number(UInt16.self),
                let extraLength = cursor.number(UInt16.self), let commentLength = cursor.number(UInt16.self),
                cursor.take(8) != nil, let header = cursor.number(UInt32.self),
                let name = cursor.take(Int(nameLength)), let extra = cursor.take(Int(extraLength)),
                cursor.take(Int(commentLength)) != nil
            else { return nil }
            self.name = String(decoding: name, as: UTF8.self)
            self.flags = flags
            self.method = method
            var large = Self.zip64(extra)
            // Only what did not fit is there, in this order.
            var size = UInt64(plain)
            if plain == .max { size = large.isEmpty ? .max : large.removeFirst() }
            if packed == .max && !large.isEmpty { large.removeFirst() }
            self.size = size
            self.header = header == .max ? large.first ?? .max : UInt64(header)
        }

        private static func zip64(_ extra: ArraySlice<UInt8>) -> [UInt64] {
            var cursor = ByteCursor(extra)
            while let id = cursor.number(UInt16.self), let length = cursor.number(UInt16.self),
                let field = cursor.take(Int(length))
            {
                guard id == 1 else { continue }
                var numbers: [UInt64] = []
                var inner = ByteCursor(field)
                while let number = inner.number(UInt64.self) { numbers.append(number) }
                return numbers
            }
            return []
        }
    }

    private static func contents(of entry: Entry, _ bytes: [UInt8]) -> Range<Int>? {
        guard entry.header <= UInt64(bytes.count) else { return nil }
        var cursor = ByteCursor(bytes[Int(entry.header)...])
        guard cursor.number(UInt32.self) == 0x0403_4B50, cursor.take(22) != nil,
            let name = cursor.number(UInt16.self), let extra = cursor.number(UInt16.self),
            cursor.take(Int(name) + Int(extra)) != nil, entry.size <= UInt64(bytes.count - cursor.at)
        else { return nil }
        return cursor.at..<cursor.at + Int(entry.size)
    }
}

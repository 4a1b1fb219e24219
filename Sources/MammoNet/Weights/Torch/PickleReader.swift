/// Reads pickles of every protocol, 0 to 5, and runs nothing: what they would call becomes an object that does nothing
/// (`PickleReader+Objects`). A file can ask for no more than its own length of texts, and for no more than `Limits` of the rest.
struct PickleReader {
    typealias Value = PickleValue

    /// What a pickle may have. A checkpoint of the largest network here, with its optimizer's state, has a hundredth of it.
    enum Limits {
        /// Values that are put on the stack, marks, and copies.
        static let values = 1 << 22
        /// Values that are remembered.
        static let memo = 1 << 21
    }

    let path: String
    var cursor: ByteCursor
    var pickle = Pickle()
    private(set) var stack: [Value] = []
    private var marks: [Int] = []
    private var memo = PickleMemo()
    private var values = 0

    /// Reads one pickle.
    ///
    /// - Parameters:
    ///   - bytes: From its beginning; others may follow it.
    ///   - path: Named by errors.
    /// - Returns: The pickle, and where the next byte is.
    /// - Throws: `WeightsError.damaged` and `.unsupported`.
    static func read(
        _ bytes: ArraySlice<UInt8>, _ path: String
    ) throws(WeightsError) -> (pickle: Pickle, end: Int) {
        var reader = PickleReader(path: path, cursor: ByteCursor(bytes))
        try reader.run()
        return (reader.pickle, reader.cursor.at)
    }

    private init(path: String, cursor: ByteCursor) {
        self.path = path
        self.cursor = cursor
    }

    func damaged(_ reason: String) -> WeightsError {
        .damaged(path: path, reason: "pickle: \(reason) before byte \(cursor.at - cursor.bytes.startIndex)")
    }

    private mutating func run() throws(WeightsError) {
        while true {
            let opcode = try next(UInt8.self)
            if opcode == UInt8(ascii: ".") { break }
            try step(opcode)
        }
        pickle.root = try pop()
    }

    // One line an opcode, in the order of Python's pickletools: longer than a function should be, and a table all the same.
    private mutating func step(_ opcode: UInt8) throws(WeightsError) {
        switch opcode {
        case UInt8(ascii: "I"): try push(number(inLine: try line()))
        case UInt8(ascii: "J"): try push(.number(Int(Int32(bitPattern: try next(UInt32.self)))))
        case UInt8(ascii: "K"): try push(.number(Int(try next(UInt8.self))))
        case UInt8(ascii: "M"): try push(.number(Int(try next(UInt16.self))))
        case UInt8(ascii: "L"): try push(number(inLine: try line()))
        case 0x8A: try push(long(try take(Int(try next(UInt8.self)))))
        case 0x8B: try push(long(try take(Int(try next(UInt32.self)))))
        case UInt8(ascii: "S"), UInt8(ascii: "V"): try push(.text(text(inLine: try line())))
        case UInt8(ascii: "T"), UInt8(ascii: "X"): try push(.text(try text(Int(try next(UInt32.self)))))
        case UInt8(ascii: "U"), 0x8C: try push(.text(try text(Int(try next(UInt8.self)))))
        case 0x8D: try push(.text(try text(try length())))
        case UInt8(ascii: "B"): try skip(Int(try next(UInt32.self)))
        case UInt8(ascii: "C"): try skip(Int(try next(UInt8.self)))
        case 0x8E, 0x96: try skip(try length())
        case UInt8(ascii: "N"): try push(.none)
        case 0x88, 0x89: try push(.flag(opcode == 0x88))
        case UInt8(ascii: "F"): try push(Double(text(inLine: try line())).map { .real($0) } ?? .other)
        case UInt8(ascii: "G"):
            try push(.real(Double(bitPattern: try take(8).reduce(0) { $0 << 8 | UInt64($1) })))
        case UInt8(ascii: "]"), 0x8F: try push(.list(add([])))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"), 0x90: try append(try popToMark())
        case UInt8(ascii: "l"), 0x91: try push(.list(add(try popToMark())))
        case UInt8(ascii: ")"): try push(.tuple(add([])))
        case UInt8(ascii: "t"): try push(.tuple(add(try popToMark())))
        case 0x85, 0x86, 0x87: try push(.tuple(add(try pop(Int(opcode) - 0x84))))
        case UInt8(ascii: "}"): try push(.dictionary(addDictionary()))
        case UInt8(ascii: "d"):
            let items = try popToMark()
            try push(.dictionary(addDictionary()))
            try set(items)
        case UInt8(ascii: "s"): try set(try pop(2))
        case UInt8(ascii: "u"): try set(try popToMark())
        case UInt8(ascii: "0"): try drop()
        case UInt8(ascii: "2"): try push(try top())
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "g"): try recall(try index(inLine: try line()))
        case UInt8(ascii: "h"): try recall(Int(try next(UInt8.self)))
        case UInt8(ascii: "j"): try recall(Int(try next(UInt32.self)))
        case UInt8(ascii: "p"): try remember(try index(inLine: try line()))
        case UInt8(ascii: "q"): try remember(Int(try next(UInt8.self)))
        case UInt8(ascii: "r"): try remember(Int(try next(UInt32.self)))
        case 0x94: try remember(memo.count)
        case UInt8(ascii: "c"): try push(.global(global(try line(), try line())))
        case 0x93: try stackGlobal()
        case UInt8(ascii: "R"): try reduce()
        case UInt8(ascii: "b"): try build()
        case UInt8(ascii: "i"): try instance(of: global(try line(), try line()), try popToMark())
        case UInt8(ascii: "o"):
            var parts = try popToMark()
            guard !parts.isEmpty else { throw damaged("an object has no class") }
            try instance(of: parts.removeFirst(), parts)
        case 0x81: try newObject(hasKeywords: false)
        case 0x92: try newObject(hasKeywords: true)
        case 0x80: try protocolNumber()
        case 0x95: _ = try take(8)
        case UInt8(ascii: "P"): try persistent(.text(text(inLine: try line())))
        case UInt8(ascii: "Q"): try persistent(try pop())
        default:
            throw .unsupported(
                path: path,
                reason: "pickle: opcode 0x\(String(opcode, radix: 16)) at byte "
                    + "\(cursor.at - 1 - cursor.bytes.startIndex), which nothing that torch.save writes needs; "
                    + "save state_dict() alone")
        }
    }

    mutating func push(_ value: Value) throws(WeightsError) {
        try count(1)
        stack.append(value)
    }

    /// Counts values that are made: those on the stack, marks, and copies.
    mutating func count(_ more: Int) throws(WeightsError) {
        values += more
        guard values <= Limits.values else {
            throw .unsupported(
                path: path, reason: "pickle: more than \(Limits.values) values; save state_dict() alone")
        }
    }

    /// Keeps a sequence.
    mutating func add(_ items: [Value]) -> Int {
        pickle.sequences.append(items)
        return pickle.sequences.count - 1
    }

    /// Keeps an empty dictionary.
    mutating func addDictionary() -> Int {
        pickle.dictionaries.append([])
        return pickle.dictionaries.count - 1
    }

    /// The value that was put on the stack last, above the last mark.
    func top() throws(WeightsError) -> Value {
        guard let value = stack.last, stack.count > (marks.last ?? 0) else { throw damaged("nothing is there to use") }
        return value
    }

    /// What lies on the stack above the last mark may be taken, and no more.
    mutating func pop(_ count: Int) throws(WeightsError) -> [Value] {
        guard stack.count - (marks.last ?? 0) >= count else { throw damaged("nothing is left to take") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    mutating func pop() throws(WeightsError) -> Value {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws(WeightsError) -> [Value] {
        guard let mark = marks.popLast() else { throw damaged("a mark is missing") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func mark() throws(WeightsError) {
        try count(1)
        marks.append(stack.count)
    }

    /// Python's POP takes a mark where that is on top.
    private mutating func drop() throws(WeightsError) {
        if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    }

    private mutating func append(_ items: [Value]) throws(WeightsError) {
        switch try top() {
        case .list(let place): pickle.sequences[place] += items
        // A list of a class that is not known: what it holds is not needed.
        case .object: break
        default: throw damaged("something is appended to what is no list")
        }
    }

    private mutating func set(_ items: [Value]) throws(WeightsError) {
        guard items.count.isMultiple(of: 2) else { throw damaged("a key has no value") }
        let place: Int
        switch try top() {
        case .dictionary(let dictionary): place = dictionary
        case .object(let object):
            place = pickle.objects[object].items ?? addDictionary()
            pickle.objects[object].items = place
        default: throw damaged("something is set in what is no dictionary")
        }
        for at in stride(from: 0, to: items.count, by: 2) {
            pickle.dictionaries[place].append((items[at], items[at + 1]))
        }
    }

    private mutating func remember(_ number: Int) throws(WeightsError) {
        memo.put(try top(), at: number)
        guard memo.count <= Limits.memo else {
            throw .unsupported(
                path: path, reason: "pickle: more than \(Limits.memo) values are remembered; save state_dict() alone")
        }
    }

    private mutating func recall(_ number: Int) throws(WeightsError) {
        guard let value = memo[number] else { throw damaged("\(number) was never remembered") }
        try push(value)
    }
}

/// The values that a pickle remembers: usually under 0, 1, 2 and so on.
private struct PickleMemo {
    private var row: [PickleValue] = []
    private var others: [Int: PickleValue] = [:]

    var count: Int { row.count + others.count }

    subscript(number: Int) -> PickleValue? { row.indices.contains(number) ? row[number] : others[number] }

    mutating func put(_ value: PickleValue, at number: Int) {
        if number == row.count {
            row.append(value)
            others[number] = nil
        } else if row.indices.contains(number) {
            row[number] = value
        } else {
            others[number] = value
        }
    }
}

/// Reads the pickles that torch.save makes of state dicts (Python's pickle protocol 2), and runs nothing: the few classes
/// and functions they name are known here, every other one is refused, as is every opcode that they do not use.
struct PickleReader {
    typealias Value = PickleValue

    private let path: String
    private var cursor: ByteCursor
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [Int: Value] = [:]

    /// Reads the whole pickle.
    static func read(_ bytes: ArraySlice<UInt8>, _ path: String) throws(WeightsError) -> PickleValue {
        var reader = PickleReader(path: path, cursor: ByteCursor(bytes))
        return try reader.run()
    }

    private init(path: String, cursor: ByteCursor) {
        self.path = path
        self.cursor = cursor
    }

    private func damaged(_ reason: String) -> WeightsError {
        .damaged(path: path, reason: "pickle: \(reason) before byte \(cursor.at - cursor.bytes.startIndex)")
    }

    private mutating func run() throws(WeightsError) -> Value {
        while true {
            let opcode = try next(UInt8.self)
            if opcode == UInt8(ascii: ".") { return try pop() }
            try step(opcode)
        }
    }

    // One line an opcode, in the order of Python's pickletools: longer than a function should be, and a table all the same.
    private mutating func step(_ opcode: UInt8) throws(WeightsError) {
        switch opcode {
        case 0x80: try protocolNumber()
        case UInt8(ascii: "N"): push(.none)
        case 0x88, 0x89: push(.flag(opcode == 0x88))
        case UInt8(ascii: "J"): push(.number(Int(Int32(bitPattern: try next(UInt32.self)))))
        case UInt8(ascii: "K"): push(.number(Int(try next(UInt8.self))))
        case UInt8(ascii: "M"): push(.number(Int(try next(UInt16.self))))
        case 0x8A: try long()
        case UInt8(ascii: "G"): push(.real(try real()))
        case UInt8(ascii: "X"): push(.text(try text(Int(try next(UInt32.self)))))
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: ")"): push(.tuple([]))
        case 0x85: push(.tuple(try pop(1)))
        case 0x86: push(.tuple(try pop(2)))
        case 0x87: push(.tuple(try pop(3)))
        case UInt8(ascii: "t"): push(.tuple(try popToMark()))
        case UInt8(ascii: "]"): push(.list(.init()))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "}"): push(.dictionary(.init()))
        case UInt8(ascii: "s"): try set(try pop(2))
        case UInt8(ascii: "u"): try set(try popToMark())
        case UInt8(ascii: "q"): try remember(Int(try next(UInt8.self)))
        case UInt8(ascii: "r"): try remember(Int(try next(UInt32.self)))
        case UInt8(ascii: "h"): try recall(Int(try next(UInt8.self)))
        case UInt8(ascii: "j"): try recall(Int(try next(UInt32.self)))
        case UInt8(ascii: "c"): try global()
        case UInt8(ascii: "Q"): try storage()
        case UInt8(ascii: "R"): try reduce()
        case 0x81: try newObject()
        case UInt8(ascii: "b"): try build()
        default:
            throw .unsupported(
                path: path,
                reason: "pickle: opcode 0x\(String(opcode, radix: 16)) at byte "
                    + "\(cursor.at - 1 - cursor.bytes.startIndex), which no state dict needs; save state_dict() alone")
        }
    }

    private mutating func push(_ value: Value) { stack.append(value) }

    private mutating func take(_ count: Int) throws(WeightsError) -> ArraySlice<UInt8> {
        guard let bytes = cursor.take(count) else { throw damaged("it ends") }
        return bytes
    }

    private mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) throws(WeightsError) -> Number {
        guard let number = cursor.number(type) else { throw damaged("it ends") }
        return number
    }

    private mutating func text(_ count: Int) throws(WeightsError) -> String {
        String(decoding: try take(count), as: UTF8.self)
    }

    /// What lies on the stack above the last mark may be taken, and no more.
    private mutating func pop(_ count: Int) throws(WeightsError) -> [Value] {
        guard stack.count - (marks.last ?? 0) >= count else { throw damaged("nothing is left to take") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func pop() throws(WeightsError) -> Value { try pop(1)[0] }

    private mutating func popToMark() throws(WeightsError) -> [Value] {
        guard let mark = marks.popLast() else { throw damaged("a mark is missing") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func protocolNumber() throws(WeightsError) {
        let number = try next(UInt8.self)
        guard number == 2 else {
            throw .unsupported(path: path, reason: "pickle protocol \(number), expected torch.save's own, 2")
        }
    }

    private mutating func long() throws(WeightsError) {
        let bytes = try take(Int(try next(UInt8.self)))
        guard bytes.count <= 8 else { return push(.other) }
        var number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if let last = bytes.last, last >= 0x80, bytes.count < 8 { number |= UInt64.max << (8 * UInt64(bytes.count)) }
        push(.number(Int(Int64(bitPattern: number))))
    }

    /// In big-endian order, as no other number of a pickle.
    private mutating func real() throws(WeightsError) -> Double {
        Double(bitPattern: try take(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    private mutating func append(_ items: [Value]) throws(WeightsError) {
        guard case .list(let list) = stack.last, stack.count > (marks.last ?? 0) else {
            throw damaged("something is appended to what is no list")
        }
        list.items += items
    }

    private mutating func set(_ items: [Value]) throws(WeightsError) {
        guard case .dictionary(let dictionary) = stack.last, stack.count > (marks.last ?? 0),
            items.count.isMultiple(of: 2)
        else { throw damaged("something is set in what is no dictionary") }
        for place in stride(from: 0, to: items.count, by: 2) {
            dictionary.items.append((items[place], items[place + 1]))
        }
    }

    private mutating func remember(_ number: Int) throws(WeightsError) {
        guard let value = stack.last else { throw damaged("there is nothing to remember") }
        memo[number] = value
    }

    private mutating func recall(_ number: Int) throws(WeightsError) {
        guard let value = memo[number] else { throw damaged("\(number) was never remembered") }
        push(value)
    }

    private mutating func global() throws(WeightsError) {
        guard let module = cursor.line(), let name = cursor.line() else { throw damaged("a class's name ends") }
        let (moduleText, nameText) = (String(decoding: module, as: UTF8.self), String(decoding: name, as: UTF8.self))
        guard let known = Value.PickleGlobal(module: moduleText, name: nameText) else {
            let shown = "\(moduleText).\(nameText)".prefix(100).filter { !$0.isNewline }
            throw .unsupported(
                path: path,
                reason: "pickle: holds a \(shown), which is no float tensor; save state_dict() alone, in floats")
        }
        push(.global(known))
    }

    /// ('storage', its class, the member's name, a device, how many values).
    private mutating func storage() throws(WeightsError) {
        guard case .tuple(let id) = try pop(), id.count == 5, case .text("storage") = id[0],
            case .global(.storage(let type)) = id[1], case .text(let key) = id[2], case .number(let count) = id[4],
            count >= 0, count <= 1 << 40
        else { throw damaged("a storage is not described as torch does") }
        push(.storage(.init(key: key, type: type, count: count)))
    }

    private mutating func reduce() throws(WeightsError) {
        guard case .tuple(let arguments) = try pop(), case .global(let global) = try pop() else {
            throw damaged("what is called is not known")
        }
        switch global {
        case .orderedDictionary where arguments.isEmpty: push(.dictionary(.init()))
        case .rebuildTensor: push(.tensor(try tensor(arguments)))
        case .rebuildParameter:
            guard case .tensor(let tensor) = arguments.first else { throw damaged("a parameter has no tensor") }
            push(.tensor(tensor))
        default: throw damaged("a class is called that is none")
        }
    }

    /// (storage, offset, shape, strides, requires_grad, hooks).
    private func tensor(_ arguments: [Value]) throws(WeightsError) -> Value.PickleTensor {
        func numbers(_ value: Value) -> [Int]? {
            guard case .tuple(let items) = value else { return nil }
            let numbers = items.compactMap { item -> Int? in
                if case .number(let number) = item { number } else { nil }
            }
            return numbers.count == items.count ? numbers : nil
        }
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .number(let offset) = arguments[1],
            let shape = numbers(arguments[2]), let strides = numbers(arguments[3]), shape.count == strides.count
        else { throw damaged("a tensor is not described as torch does") }
        return Value.PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    }

    /// A namespace without names; `build` gives it those.
    private mutating func newObject() throws(WeightsError) {
        guard case .tuple(let arguments) = try pop(), arguments.isEmpty, case .global(.namespace) = try pop() else {
            throw damaged("an object is made of a class that is none")
        }
        push(.namespace(.init()))
    }

    /// A namespace's names; or a dictionary's own attributes, which hold versions of modules: nothing that weights need.
    private mutating func build() throws(WeightsError) {
        guard case .dictionary(let attributes) = try pop() else { throw damaged("attributes are no dictionary") }
        switch stack.last {
        case .namespace(let namespace): namespace.items = attributes.items
        case .dictionary: break
        default: throw damaged("attributes are set of what has none")
        }
    }
}

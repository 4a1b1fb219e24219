import CLibYAML

/// The `key: value` pairs of a YAML text that is one mapping, read by libyaml.
struct YAMLPairs {
    /// A key or a value.
    enum Node {
        /// Text as it stands, and whether without quotes: only then can it be a null.
        case scalar(String, isPlain: Bool)
        /// A list or a mapping.
        case collection

        /// The text of a scalar.
        var text: String? { if case .scalar(let text, _) = self { text } else { nil } }
    }

    /// Why a text is not one mapping.
    struct Problem: Error {
        /// Counted from 1.
        var line: Int
        var reason: String
    }

    /// A key with its value and its line, counted from 1.
    struct Pair {
        var key: Node
        var value: Node
        var line: Int
    }

    /// In the text's order; none where the text has no document, or an empty one.
    private(set) var pairs: [Pair] = []
    private var anchors: [String: Node] = [:]

    /// Reads a text.
    ///
    /// - Parameter text: One document.
    /// - Throws: `Problem` where it is no YAML, or anything but a mapping.
    init(_ text: String) throws(Problem) {
        var bytes = Array(text.utf8)
        // libyaml takes no null pointer for an empty text.
        bytes.append(UInt8(ascii: "\n"))
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<YAMLPairs, Problem> in
            Result { () throws(Problem) -> YAMLPairs in
                let events = YAMLEvents(buffer)
                var pairs = YAMLPairs()
                try pairs.readDocument(events)
                return pairs
            }
        }
        self = try outcome.get()
    }

    private init() {}

    private mutating func readDocument(_ events: YAMLEvents) throws(Problem) {
        // The stream's beginning, then a document's, if there is one.
        _ = try events.next()
        guard try events.next().kind == .other else { return }
        let root = try events.next()
        switch root.kind {
        case .scalar(let text, _, _) where text.isEmpty: break
        case .mapping: try readPairs(events)
        default: throw Problem(line: root.line, reason: "expected lines of key: value")
        }
        _ = try events.next()
        let end = try events.next()
        guard end.kind == .streamEnd else {
            throw Problem(line: end.line, reason: "a second document; expected one")
        }
    }

    private mutating func readPairs(_ events: YAMLEvents) throws(Problem) {
        while true {
            let first = try events.next()
            if first.kind == .collectionEnd { return }
            let key = try node(first, events)
            let value = try node(try events.next(), events)
            pairs.append(Pair(key: key, value: value, line: first.line))
        }
    }

    private mutating func node(_ event: YAMLEvents.Event, _ events: YAMLEvents) throws(Problem) -> Node {
        switch event.kind {
        case .scalar(let text, let isPlain, let anchor):
            let node = Node.scalar(text, isPlain: isPlain)
            if let anchor { anchors[anchor] = node }
            return node
        case .alias(let anchor):
            return anchors[anchor] ?? .collection
        default:
            var depth = 1
            while depth > 0 {
                switch try events.next().kind {
                case .mapping, .sequence: depth += 1
                case .collectionEnd: depth -= 1
                default: break
                }
            }
            return .collection
        }
    }
}

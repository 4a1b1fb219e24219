import CLibYAML

/// The events of libyaml's parser, one at a time.
final class YAMLEvents {
    struct Event {
        enum Kind: Equatable {
            case scalar(String, isPlain: Bool, anchor: String?)
            case alias(String)
            case mapping, sequence, collectionEnd, streamEnd, other
        }

        var kind: Kind
        /// Where it begins, counted from 1.
        var line: Int
    }

    private var parser = yaml_parser_t()

    /// - Parameter bytes: UTF-8; has to stay where it is for as long as this does.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // It fails where there is no memory alone.
        precondition(yaml_parser_initialize(&parser) == 1, "libyaml cannot allocate a parser")
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    }

    deinit { yaml_parser_delete(&parser) }

    /// The next event.
    ///
    /// - Throws: `YAMLPairs.Problem` where the text is no YAML.
    func next() throws(YAMLPairs.Problem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
            let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
            throw YAMLPairs.Problem(line: Int(mark.line) + 1, reason: "not YAML: \(problem)")
        }
        defer { yaml_event_delete(&event) }
        return Event(kind: Self.kind(of: event), line: Int(event.start_mark.line) + 1)
    }

    private static func kind(of event: yaml_event_t) -> Event.Kind {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: scalar.anchor.map { String(cString: $0) })
        case YAML_ALIAS_EVENT: return .alias(event.data.alias.anchor.map { String(cString: $0) } ?? "")
        case YAML_MAPPING_START_EVENT: return .mapping
        case YAML_SEQUENCE_START_EVENT: return .sequence
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: return .collectionEnd
        case YAML_STREAM_END_EVENT: return .streamEnd
        default: return .other
        }
    }
}

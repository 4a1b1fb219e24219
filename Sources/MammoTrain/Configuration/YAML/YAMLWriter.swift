import CLibYAML

/// Writes lines of `key: value` by libyaml.
enum YAMLWriter {
    /// A value to write.
    enum Value {
        /// Written as it stands: a number, a truth value, `null`.
        case plain(String)
        /// Quoted where it would be taken for anything but a text.
        case text(String)
    }

    /// One mapping, UTF-8.
    static func mapping(_ pairs: [(key: String, value: Value)]) -> [UInt8] {
        var emitter = yaml_emitter_t()
        precondition(yaml_emitter_initialize(&emitter) == 1, "libyaml cannot allocate an emitter")
        defer { yaml_emitter_delete(&emitter) }
        var written: [UInt8] = []
        withUnsafeMutablePointer(to: &written) { written in
            yaml_emitter_set_output(
                &emitter,
                { target, bytes, count in
                    target?.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                    return 1
                }, written)
            // Lines are not broken, and characters beyond ASCII not escaped.
            yaml_emitter_set_width(&emitter, -1)
            yaml_emitter_set_unicode(&emitter, 1)
            emit(&emitter) { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
            emit(&emitter) { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
            emit(&emitter) { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
            for (key, value) in pairs {
                scalar(&emitter, key, YAML_ANY_SCALAR_STYLE)
                switch value {
                case .plain(let text): scalar(&emitter, text, YAML_PLAIN_SCALAR_STYLE)
                case .text(let text):
                    let isSafe = !YAMLWord.isTakenForAnotherType(text)
                    scalar(&emitter, text, isSafe ? YAML_ANY_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE)
                }
            }
            emit(&emitter) { yaml_mapping_end_event_initialize(&$0) }
            emit(&emitter) { yaml_document_end_event_initialize(&$0, 1) }
            emit(&emitter) { yaml_stream_end_event_initialize(&$0) }
        }
        return written
    }

    private static func scalar(_ emitter: inout yaml_emitter_t, _ text: String, _ style: yaml_scalar_style_t) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer { buffer in
            // An empty text still needs a place.
            withUnsafePointer(to: UInt8(0)) { none in
                emit(&emitter) { event in
                    yaml_scalar_event_initialize(
                        &event, nil, nil, buffer.baseAddress ?? none, Int32(buffer.count), 1, 1, style)
                }
            }
        }
    }

    /// Emitting fails where there is no memory, or the events make no document; neither is the text's doing.
    private static func emit(_ emitter: inout yaml_emitter_t, _ fill: (inout yaml_event_t) -> Int32) {
        var event = yaml_event_t()
        let isWritten = fill(&event) == 1 && yaml_emitter_emit(&emitter, &event) == 1
        precondition(isWritten, "libyaml: \(emitter.problem.map { String(cString: $0) } ?? "out of memory")")
    }
}

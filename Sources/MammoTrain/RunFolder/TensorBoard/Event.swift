import MammoData
import MammoImage

/// One event of TensorBoard: tensorboard/compat/proto/event.proto, written by hand for the few fields in use.
package struct Event {
    /// What it says.
    package enum Content {
        /// What a file begins with.
        case fileVersion
        /// A run resumes at the event's step: values of that step and later ones are void.
        case sessionStart
        /// Values by tag.
        case scalars([(tag: String, value: Double)])
        /// A picture by tag.
        case picture(tag: String, GrayImage)
        /// Text by tag, as Markdown.
        case text(tag: String, String)
        /// A precision–recall curve by tag.
        case curve(tag: String, PRCurve)
        /// What the HParams table compares runs by: hyperparameters, those of `first` before the others, and scalars by tag.
        case experiment([(name: String, value: Hyperparameter)], first: [String], metrics: [String])
        /// The hyperparameters of the run that begins.
        case hyperparameters([(name: String, value: Hyperparameter)], group: String)
        /// That the run has ended, and whether well.
        case end(succeeded: Bool)
    }

    /// Seconds since 1970.
    package var time: Double
    package var step: Int
    package var content: Content

    package init(time: Double, step: Int, _ content: Content) {
        (self.time, self.step, self.content) = (time, step, content)
    }

    /// As a record of a TFRecord file: length, its remainder, the message, its remainder.
    package var record: [UInt8] {
        let data = message.bytes
        let length = withUnsafeBytes(of: UInt64(data.count).littleEndian) { Array($0) }
        func remainder(_ bytes: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: CRC32C.masked(bytes).littleEndian) { Array($0) }
        }
        return length + remainder(length) + data + remainder(data)
    }

    private var message: ProtobufMessage {
        var event = ProtobufMessage()
        event.set(1, time)
        if step != 0 { event.set(2, step) }
        switch content {
        case .fileVersion: event.set(3, "brain.Event:2".utf8)
        case .sessionStart: event.set(7) { $0.set(1, 1) }
        case .scalars(let values):
            event.set(5) { summary in
                for (tag, value) in values {
                    summary.set(1) { entry in
                        entry.set(1, tag.utf8)
                        entry.set(2, Float(value))
                    }
                }
            }
        case .picture(let tag, let image): event.set(5) { $0.set(1) { $0.setPicture(tag, image) } }
        case .text(let tag, let text): event.set(5) { $0.set(1) { $0.setText(tag, text) } }
        case .curve(let tag, let curve): event.set(5) { $0.set(1) { $0.setCurve(tag, curve) } }
        case .experiment(let values, let first, let metrics):
            event.set(5) {
                Self.plugin(&$0, "_hparams_/experiment", 2) { experiment in
                    experiment.set(3, time)
                    for (name, value) in values {
                        experiment.set(4) { info in
                            info.set(1, name.utf8)
                            info.set(4, Self.type(of: value))
                            // "differs": the table begins with these.
                            if first.contains(name) { info.set(7, 1) }
                        }
                    }
                    for tag in metrics { experiment.set(5) { $0.set(1) { $0.set(2, tag.utf8) } } }
                }
            }
        case .hyperparameters(let values, let group):
            event.set(5) {
                Self.plugin(&$0, "_hparams_/session_start_info", 3) { info in
                    for (name, value) in values {
                        info.set(1) { entry in
                            entry.set(1, name.utf8)
                            entry.set(2) { Self.value(&$0, value) }
                        }
                    }
                    if !group.isEmpty { info.set(4, group.utf8) }
                    info.set(5, time)
                }
            }
        case .end(let succeeded):
            event.set(5) {
                Self.plugin(&$0, "_hparams_/session_end_info", 4) { info in
                    info.set(1, succeeded ? 1 : 2)
                    info.set(2, time)
                }
            }
        }
        return event
    }

    /// A summary that holds nothing but data for the hparams plugin: plugin_data.proto, in the metadata of an empty tensor.
    private static func plugin(
        _ summary: inout ProtobufMessage, _ tag: String, _ field: Int, _ fill: (inout ProtobufMessage) -> Void
    ) {
        summary.set(1) { value in
            value.set(1, tag.utf8)
            value.set(8) { tensor in
                tensor.set(1, 1)
                tensor.set(2) { shape in shape.set(2) { _ in } }
            }
            var content = ProtobufMessage()
            content.set(field, fill)
            value.setPlugin("hparams", content.bytes)
        }
    }

    /// DataType of the hparams plugin's api.proto.
    private static func type(of value: Hyperparameter) -> Int {
        switch value {
        case .text: 1
        case .flag: 2
        case .number: 3
        }
    }

    /// google.protobuf.Value.
    private static func value(_ message: inout ProtobufMessage, _ value: Hyperparameter) {
        switch value {
        case .number(let number): message.set(2, number)
        case .text(let text): message.set(3, text.utf8)
        case .flag(let flag): message.set(4, flag ? 1 : 0)
        }
    }
}

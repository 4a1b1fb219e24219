import MammoData
import MammoImage

/// Values of a summary other than scalars: tensorboard/compat/proto/summary.proto.
extension ProtobufMessage {
    /// A gray picture as a PNG file.
    mutating func setPicture(_ tag: String, _ image: GrayImage) {
        // An image that cannot be encoded is an empty one: nothing in a run depends on it.
        let png = (try? PNGEncoder.encode(image, level: 5)) ?? []
        set(1, tag.utf8)
        set(4) { picture in
            picture.set(1, image.rows)
            picture.set(2, image.columns)
            // Gray.
            picture.set(3, 1)
            picture.set(4, png)
        }
    }

    /// Markdown, for the text plugin: a tensor of one string.
    mutating func setText(_ tag: String, _ text: String) {
        set(1, tag.utf8)
        set(8) { tensor in
            tensor.set(1, 7)
            tensor.set(2) { shape in shape.set(2) { $0.set(1, 1) } }
            tensor.set(8, text.utf8)
        }
        setPlugin("text", [])
    }

    /// Six lines of values for the pr_curves plugin: a tensor of 32-bit floats.
    mutating func setCurve(_ tag: String, _ curve: PRCurve) {
        set(1, tag.utf8)
        set(8) { tensor in
            tensor.set(1, 1)
            tensor.set(2) { shape in
                for size in [6, PRCurve.thresholds] { shape.set(2) { $0.set(1, size) } }
            }
            tensor.set(
                4, curve.values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
        }
        var content = ProtobufMessage()
        content.set(1, 0)
        content.set(2, PRCurve.thresholds)
        setPlugin("pr_curves", content.bytes)
    }

    /// Says which of TensorBoard's plugins the value is for, and what it keeps of it.
    mutating func setPlugin(_ name: String, _ content: [UInt8]) {
        set(9) { metadata in
            metadata.set(1) { plugin in
                plugin.set(1, name.utf8)
                plugin.set(2, content)
            }
        }
    }
}

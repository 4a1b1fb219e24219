import FoundationEssentials

/// JSON with sorted keys, so that the same values are the same bytes.
public enum JSONText {
    /// On one line, without a line end.
    public static func line(_ value: some Encodable) -> String {
        String(decoding: encode(value, [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }

    /// Indented, with a line end.
    public static func pretty(_ value: some Encodable) -> [UInt8] {
        encode(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + [UInt8(ascii: "\n")]
    }

    private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // The types encoded here hold numbers, texts and lists of them: nothing that the encoder can refuse.
        return (try? encoder.encode(value)).map(Array.init) ?? Array("null".utf8)
    }
}

import MammoImage
import Testing

@Suite("The captions' font")
struct PixelFontTests {
    private let printable = (0x20...0x7E as ClosedRange<UInt8>).map { Character(Unicode.Scalar($0)) }

    @Test("Every printable ASCII character is there, of the right size, and but the blank none is blank")
    func complete() {
        for character in printable + ["…"] {
            let glyph = PixelFont.glyph(character)
            #expect(PixelFont.characters.contains(character))
            #expect(glyph.count == PixelFont.glyphRows && glyph.allSatisfy { $0 < 1 << PixelFont.glyphColumns })
            #expect(glyph.contains { $0 != 0 } == (character != " "), "\(character)")
        }
    }

    @Test("No two look the same")
    func distinct() {
        let glyphs = Dictionary(grouping: PixelFont.characters) { PixelFont.glyph($0) }
        #expect(glyphs.values.filter { $0.count > 1 } == [])
        #expect(glyphs.count == 96)
    }

    @Test("Glyphs are where the table draws them")
    func drawing() {
        #expect(PixelFont.glyph("A") == [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001, 0, 0])
        #expect(PixelFont.glyph("_") == [0, 0, 0, 0, 0, 0, 0, 0b11111, 0])
        #expect(PixelFont.glyph("…") == [0, 0, 0, 0, 0, 0, 0b10101, 0, 0])
    }

    @Test("What it does not have is a question mark")
    func unknown() {
        for character: Character in ["é", "乳", "\t", "👩‍⚕️"] {
            #expect(PixelFont.glyph(character) == PixelFont.glyph("?"))
        }
    }
}

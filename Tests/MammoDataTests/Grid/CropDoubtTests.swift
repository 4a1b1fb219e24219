import MammoData
import MammoImage
import Testing

@Suite("How unusual a crop is")
struct CropDoubtTests {
    /// An entry of an image of 1000 × 800.
    private func doubt(
        _ x: Int, _ y: Int, _ width: Int, _ height: Int, warnings: [String] = [], confidence: Double? = nil
    ) -> CropDoubt {
        var entry = ManifestEntry.made("a.png", box: CropBox(x: x, y: y, width: width, height: height))
        entry.warnings = warnings
        entry.regionConfidence = confidence
        return CropDoubt(entry)
    }

    @Test("A breast at the chest wall, from the top or not, is ordinary")
    func ordinary() {
        for box in [(0, 100, 400, 700), (400, 0, 400, 700), (0, 0, 500, 900)] {
            let doubt = doubt(box.0, box.1, box.2, box.3)
            #expect(doubt.reasons.isEmpty && doubt.score == 0)
        }
    }

    @Test("What is unusual is named and weighed")
    func unusual() {
        #expect(doubt(0, 0, 800, 1000).reasons == ["whole image"] && doubt(0, 0, 800, 1000).score == 3)
        #expect(doubt(2, 3, 796, 995).reasons == ["whole image"])
        #expect(doubt(0, 0, 500, 1000).reasons == ["touches 3 sides"] && doubt(0, 0, 500, 1000).score == 2)
        #expect(doubt(100, 100, 100, 200).reasons == ["2.5 % of the image"])
        #expect(doubt(0, 100, 780, 200).reasons == ["height/width 0.26"])
        #expect(doubt(0, 50, 150, 700).reasons == ["height/width 4.67"])
        #expect(doubt(100, 100, 400, 400, warnings: ["a"]).reasons == ["1 warning"])
        #expect(doubt(100, 100, 400, 400, warnings: ["a", "b"]).score == 1)
    }

    @Test("Several reasons add up, the box's first")
    func several() {
        let all = doubt(0, 999, 800, 1, warnings: ["a", "b"], confidence: 0.25)
        #expect(
            all.reasons == [
                "touches 3 sides", "0.1 % of the image", "height/width 0.0", "confidence 0.25", "2 warnings",
            ])
        #expect(all.score == 2 + 3 + 2 + 3 + 1)
    }

    @Test("A sure method's doubt counts without being a reason")
    func confidence() {
        let sure = doubt(0, 100, 400, 700, confidence: 0.75)
        #expect(sure.reasons.isEmpty && sure.score == 1)
    }

    @Test("An entry that says nothing of a box is no reason to doubt")
    func empty() {
        var entry = ManifestEntry.made("a.png", box: CropBox(x: 0, y: 0, width: 1, height: 1))
        entry.cropBox = nil
        #expect(CropDoubt(entry).score == 0)
    }
}

extension ManifestEntry {
    /// An entry of an image of 1000 × 800 that was made.
    static func made(_ output: String, box: CropBox) -> ManifestEntry {
        var entry = ManifestEntry(
            output: output, input: "in/\(output)", inputBytes: 1, inputModified: 0, parameters: PreprocessParameters(),
            seconds: 0, version: "0")
        (entry.rows, entry.columns, entry.cropBox) = (1000, 800, box)
        return entry
    }
}

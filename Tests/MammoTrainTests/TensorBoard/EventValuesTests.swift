import Foundation
import MammoImage
import MammoScore
import MammoTrain
import Testing

@Suite("TensorBoard's pictures, text and curves")
struct EventValuesTests {
    @Test("A precision–recall curve has the plugin's six lines")
    func curve() {
        let set = ScoredSet(labels: [true, false, true, false], scores: [1, 0.5, 0.499, 0])
        let values = PRCurve(set).values
        #expect(values.count == 6 * 201)
        func column(_ place: Int) -> [Float] { (0..<6).map { values[$0 * 201 + place] } }
        // At 0 all are positive; at 0.495 two of two and one of two; at 0.5 one of each; above it one.
        #expect(column(0) == [2, 2, 0, 0, 0.5, 1])
        #expect(column(99) == [2, 1, 1, 0, 2.0 / 3, 1])
        #expect(column(100) == [1, 1, 1, 1, 0.5, 0.5])
        #expect(column(101) == [1, 0, 2, 1, 1, 0.5])
        #expect(column(200) == [1, 0, 2, 1, 1, 0.5])
        #expect(PRCurve(ScoredSet(labels: [], scores: [])).values.allSatisfy { $0 == 0 })
    }

    @Test("A picture is a PNG with its size, a text a string of the text plugin")
    func values() throws {
        let image = GrayImage(rows: 2, columns: 3, pixels: [0, 50, 100, 150, 200, 250])
        let picture = Event(time: 1, step: 4, .picture(tag: "a/b", image)).record
        let png = try PNGEncoder.encode(image, level: 5)
        #expect(contains(picture, Array("a/b".utf8)) && contains(picture, [8, 2, 16, 3, 24, 1, 34]))
        #expect(contains(picture, png))
        let text = Event(time: 1, step: 4, .text(tag: "t", "| a |")).record
        #expect(contains(text, Array("| a |".utf8)) && contains(text, Array("text".utf8)))
        let curve = Event(time: 1, step: 4, .curve(tag: "c", PRCurve(ScoredSet(labels: [true], scores: [1])))).record
        #expect(contains(curve, Array("pr_curves".utf8)) && curve.count > 6 * 201 * 4)
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        Data(bytes).range(of: Data(part)) != nil
    }
}

import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Which images a grid takes")
struct GridSelectionTests {
    private func table(_ text: String) throws -> ImageTable {
        try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: .images)
    }

    private func large() throws -> ImageTable {
        try table(
            "patient_id,image_id,cancer\n" + (0..<200).map { "\($0 / 4),\($0),\($0 % 5 == 0 ? 1 : 0)\n" }.joined())
    }

    @Test("Random: every image of the table once, in the reference pipeline's order")
    func random() throws {
        let table = try large()
        let files = try GridSelection.random(from: table, cancer: nil, seed: 7).candidates.map(\.file)
        #expect(files.count == 200 && Set(files).count == 200 && files.contains("49_199.png"))
        #expect(files == (try GridSelection.random(from: table, cancer: nil, seed: 7).candidates.map(\.file)))
        #expect(files != (try GridSelection.random(from: table, cancer: nil, seed: 8).candidates.map(\.file)))
        // numpy.random.RandomState(7).shuffle of the rows.
        var rows = Array(0..<200)
        var state = LegacyRandomState(seed: 7)
        state.shuffle(&rows)
        #expect(files == rows.map { "\($0 / 4)_\($0).png" })
    }

    @Test("Of one label", arguments: [(true, 40), (false, 160)])
    func label(_ cancer: Bool, _ count: Int) throws {
        let candidates = try GridSelection.random(from: large(), cancer: cancer, seed: 1).candidates
        #expect(candidates.count == count && candidates.allSatisfy { $0.cancer == cancer })
        #expect(candidates[0].caption == [candidates[0].file, "cancer: \(cancer ? 1 : 0)"])
    }

    @Test("A label that no image has is refused; a table without labels gives captions without")
    func labels() throws {
        let none = try table("patient_id,image_id\n1,2\n")
        #expect(throws: DataError.table(path: "t.csv", reason: "none of the 1 images has cancer 1")) {
            try GridSelection.random(from: none, cancer: true, seed: 1)
        }
        #expect(try GridSelection.random(from: none, cancer: nil, seed: 1).candidates.map(\.caption) == [["1_2.png"]])
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let manifest = try Manifest(folder: folder.path)
        let ordinary = CropBox(x: 0, y: 100, width: 400, height: 700)
        let whole = CropBox(x: 0, y: 0, width: 800, height: 1000)
        let tiny = CropBox(x: 0, y: 999, width: 800, height: 1)
        // The last line of an output counts: 1_1 is ordinary.
        try manifest.append(.made("1_1.png", box: whole))
        try manifest.append(.made("1_2.png", box: whole))
        try manifest.append(.made("1_1.png", box: ordinary))
        try manifest.append(.made("2_3.png", box: tiny))
        try manifest.append(.made("1_0.png", box: ordinary))
        var failed = ManifestEntry.made("3_1.png", box: whole)
        failed.error = "no"
        try manifest.append(failed)
        return folder
    }

    @Test("Worst: the most unusual first, equals by name, failures counted")
    func worst() throws {
        let folder = try folder()
        let selection = try GridSelection.worst(in: folder.path, of: nil, cancer: nil)
        #expect(selection.candidates.map(\.file) == ["2_3.png", "1_2.png", "1_0.png", "1_1.png"])
        #expect(selection.notMade == 1)
        #expect(selection.candidates[1].caption == ["1_2.png", "whole image"])
        #expect(selection.candidates[2].caption == ["1_0.png", "nothing unusual"])
    }

    @Test("Worst of a table's, and of a label's")
    func worstOfTable() throws {
        let folder = try folder()
        let table = try table("patient_id,image_id,cancer\n1,1,1\n1,2,0\n9,9,1\n")
        let all = try GridSelection.worst(in: folder.path, of: table, cancer: nil)
        #expect(all.candidates.map(\.file) == ["1_2.png", "1_1.png"] && all.notMade == 0)
        #expect(all.candidates[0].caption == ["1_2.png", "cancer: 0", "whole image"])
        let cancers = try GridSelection.worst(in: folder.path, of: table, cancer: true)
        #expect(cancers.candidates.map(\.file) == ["1_1.png"])
    }

    @Test("Worst without a manifest, or of other images, is refused")
    func refused() throws {
        let empty = try TemporaryFolder()
        let error = #expect(throws: DataError.self) { try GridSelection.worst(in: empty.path, of: nil, cancer: nil) }
        #expect(try #require(error).description.hasPrefix("\(empty.path)/manifest.jsonl: names no image"))
        let (folder, other) = (try folder(), try table("patient_id,image_id\n8,8\n"))
        let none = #expect(throws: DataError.self) { try GridSelection.worst(in: folder.path, of: other, cancer: nil) }
        #expect(try #require(none).description.contains("names 5 images, none of which"))
    }
}

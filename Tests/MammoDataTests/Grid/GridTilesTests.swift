import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Reading a grid's images")
struct GridTilesTests {
    private let grid = ImageGrid(columns: 2, tileHeight: 32)

    private func selection(_ names: ClosedRange<Int>) throws -> GridSelection {
        let text = "patient_id,image_id\n" + names.map { "1,\($0)\n" }.joined()
        let table = try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: .images)
        return try .random(from: table, cancer: nil, seed: 3)
    }

    @Test("The first that are there; others are named and replaced")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let selection = try selection(0...9)
        let files = selection.candidates.map(\.file)
        for file in files.dropFirst() {
            try Files.write(PNGEncoder.encode(GrayImage.black(rows: 8, columns: 4)), to: "\(folder.path)/\(file)")
        }
        try folder.write("no PNG", to: files[2])
        let tiles = try GridTiles(selection, in: folder.path, count: 4, for: grid)
        #expect(tiles.taken.map(\.candidate.file) == [files[1], files[3], files[4], files[5]])
        #expect(tiles.taken.allSatisfy { $0.tile.image == .black(rows: 32, columns: 16) })
        #expect(tiles.passedOver.map(\.file) == [files[0], files[2]])
        #expect(tiles.passedOver[0].reason == "\(folder.path)/\(files[0]): cannot be read: No such file or directory")
        #expect(tiles.passedOver[1].reason.hasPrefix("\(folder.path)/\(files[2]): not a usable PNG"))
    }

    @Test("Fewer than asked for are all there are; no folder is refused")
    func few() throws {
        let folder = try TemporaryFolder()
        let selection = try selection(1...3)
        try Files.write(PNGEncoder.encode(GrayImage.black(rows: 8, columns: 4)), to: "\(folder.path)/1_2.png")
        let tiles = try GridTiles(selection, in: folder.path, count: 9, for: grid)
        #expect(tiles.taken.map(\.candidate.file) == ["1_2.png"] && tiles.passedOver.count == 2)
        #expect(throws: DataError.unreadable(path: "/no/such", reason: "no such folder")) {
            try GridTiles(selection, in: "/no/such", count: 1, for: grid)
        }
    }
}

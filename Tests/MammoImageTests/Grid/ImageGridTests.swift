import MammoImage
import Testing

@Suite("Images in rows and columns")
struct ImageGridTests {
    private let grid = ImageGrid(columns: 3, tileHeight: 100)

    private func flat(_ rows: Int, _ columns: Int, _ gray: UInt8) -> GrayImage {
        GrayImage(rows: rows, columns: columns, pixels: [UInt8](repeating: gray, count: rows * columns))
    }

    @Test(
        "Tiles keep their aspect ratio, and are no more than twice as wide as high",
        arguments: [
            (2048, 1024, 100, 50), (50, 25, 100, 50), (300, 300, 100, 100), (100, 400, 50, 200), (10_000, 1, 100, 1),
            (1, 10_000, 1, 200), (1, 1, 100, 100),
        ])
    func scaled(_ rows: Int, _ columns: Int, _ tileRows: Int, _ tileColumns: Int) throws {
        let tile = try grid.tile(flat(rows, columns, 77), caption: [])
        #expect(tile.image == flat(tileRows, tileColumns, 77))
    }

    @Test("Shrinking averages: a fine chequerboard becomes its mean")
    func averaged() throws {
        let board = GrayImage(
            rows: 400, columns: 200, pixels: (0..<80_000).map { ($0 / 200 + $0) % 2 == 0 ? 0 : 200 })
        #expect(try grid.tile(board, caption: []).image == flat(100, 50, 100))
    }

    @Test(
        "The picture has the rows and columns that its tiles fill",
        arguments: [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 3), (9, 3, 3), (10, 4, 3)])
    func size(_ count: Int, _ down: Int, _ across: Int) throws {
        let tile = try grid.tile(flat(200, 100, 200), caption: ["a", "b"])
        let picture = grid.compose([ImageGrid.Tile](repeating: tile, count: count))
        #expect(picture.columns == 10 + across * (50 + 10))
        #expect(picture.rows == 10 + down * (100 + 4 + 2 * 11 + 10))
    }

    @Test("Each tile is at its place, whole, and the ground shows between")
    func places() throws {
        let tiles = try (1...5).map { try grid.tile(flat(200, 100, UInt8(10 * $0)), caption: []) }
        let picture = grid.compose(tiles)
        for (number, tile) in tiles.enumerated() {
            let (x, y) = (10 + number % 3 * 60, 10 + number / 3 * 110)
            for row in 0..<100 {
                let start = (y + row) * picture.columns + x
                #expect(picture.pixels[start..<(start + 50)].elementsEqual(tile.image.pixels.prefix(50)))
                #expect(picture.pixels[start - 1] == ImageGrid.ground && picture.pixels[start + 50] == ImageGrid.ground)
            }
        }
        // Nothing stands in the sixth cell.
        #expect(picture.pixels[150 * picture.columns + 155] == ImageGrid.ground)
    }

    @Test("A caption stands in its cell, under its image, and grows with the tile", arguments: [100, 480, 720])
    func caption(_ tileHeight: Int) throws {
        let grid = ImageGrid(columns: 2, tileHeight: tileHeight)
        let image = flat(2 * tileHeight, tileHeight, 0)
        let text = String(repeating: "W", count: 90)
        let with = try grid.tile(image, caption: [text, text])
        let without = try grid.tile(image, caption: [])
        let picture = grid.compose([with, without])
        let scale = max(1, tileHeight / 240)
        let inked = (0..<picture.pixels.count).filter { picture.pixels[$0] > 100 }
        let columns = inked.map { $0 % picture.columns }
        let rows = inked.map { $0 / picture.columns }
        #expect(try #require(columns.min()) >= 10 * scale)
        #expect(try #require(columns.max()) < 10 * scale + tileHeight / 2)
        #expect(rows.min() == 10 * scale + tileHeight + 4 * scale)
        #expect(try #require(rows.max()) < picture.rows - 10 * scale)
        #expect(inked.count > 30 * scale * scale)
    }

    @Test("Wide and narrow images share a grid; each stands upon its caption")
    func mixed() throws {
        let tiles = [
            try grid.tile(flat(10, 100, 200), caption: ["a"]), try grid.tile(flat(100, 10, 250), caption: ["b"]),
        ]
        let picture = grid.compose(tiles)
        #expect(picture.columns == 10 + 2 * (200 + 10))
        func gray(_ x: Int, _ y: Int) -> UInt8 { picture.pixels[y * picture.columns + x] }
        #expect(gray(10, 109) == 200 && gray(209, 90) == 200 && gray(100, 89) == ImageGrid.ground)
        #expect(gray(220 + 100, 10) == 250 && gray(220 + 100, 109) == 250 && gray(220, 50) == ImageGrid.ground)
    }

    @Test(
        "Texts that do not fit lose their middle",
        arguments: [
            ("10006_1249812007.png", 20, "10006_1249812007.png"), ("10006_1249812007.png", 11, "10006…7.png"),
            ("abcdef", 4, "ab…f"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("", 3, ""),
        ])
    func shortened(_ text: String, _ count: Int, _ fitting: String) {
        #expect(text.shortened(to: count) == fitting)
    }

    @Test("At every tile height the reference pipeline's longest names fit under an image of 1:2")
    func namesFit() throws {
        for tileHeight in [240, 241, 300, 480, 500, 1024, 2048] {
            let grid = ImageGrid(columns: 1, tileHeight: tileHeight)
            let tile = try grid.tile(flat(20, 10, 0), caption: ["65534_1249812007.png"])
            #expect(GridLayout(grid, [tile]).charactersInLine >= 20, "\(tileHeight)")
        }
    }

    @Test("What is drawn over an edge is cut off there")
    func clipped() {
        var canvas = Canvas(rows: 4, columns: 4, gray: 1)
        canvas.draw(flat(3, 3, 9), x: -2, y: 2)
        canvas.draw(flat(2, 2, 8), x: 3, y: -1)
        canvas.draw(flat(2, 2, 7), x: 40, y: -40)
        canvas.draw("W", x: 100, y: 100, scale: 2, gray: 5)
        #expect(canvas.image.pixels == [1, 1, 1, 8, 1, 1, 1, 1, 9, 1, 1, 1, 9, 1, 1, 1])
    }

    @Test("Pictures beyond reason are told from others")
    func reasonable() {
        #expect(ImageGrid.isReasonable(rows: 20, columns: 20, tileHeight: 480))
        #expect(!ImageGrid.isReasonable(rows: 50, columns: 50, tileHeight: 2048))
    }
}

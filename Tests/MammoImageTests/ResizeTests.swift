import MammoImage
import TestSupport
import Testing

@Suite("Resizing against OpenCV's and Pillow's own results")
struct ResizeTests {
    @Test("Every value", arguments: ["area", "lanczos", "pillow-bilinear", "pillow-bicubic"])
    func goldens(_ name: String) throws {
        let method = try #require(ResizeMethod(rawValue: name))
        let cases = try Fixtures.table("resize.csv").filter { $0["method"] == name }
        #expect(cases.count >= 30)
        for row in cases {
            let (golden, source) = (try #require(row["golden"]), try #require(row["source"]))
            let rows = try #require(row["rows"].flatMap { Int($0) })
            let columns = try #require(row["columns"].flatMap { Int($0) })
            let resized = try Fixtures.gray("goldens/\(source).gray.png")
                .resized(rows: rows, columns: columns, by: method)
            #expect(resized == (try Fixtures.gray("resize/\(golden).png")), "\(golden)")
        }
    }

    @Test("The same size is the same image", arguments: ResizeMethod.allCases)
    func same(_ method: ResizeMethod) throws {
        let image = try Fixtures.gray("goldens/noise16.gray.png")
        #expect(try image.resized(rows: image.rows, columns: image.columns, by: method) == image)
    }

    @Test("No pixels to take from, or to make, is refused", arguments: ResizeMethod.allCases)
    func empty(_ method: ResizeMethod) {
        let one = GrayImage.black(rows: 1, columns: 1)
        #expect(throws: ImageError.self) { try one.resized(rows: 0, columns: 3, by: method) }
        #expect(throws: ImageError.self) { try one.resized(rows: 3, columns: 0, by: method) }
        let none = GrayImage.black(rows: 0, columns: 0)
        #expect(throws: ImageError.self) { try none.resized(rows: 2, columns: 2, by: method) }
    }
}

import Foundation
import MammoDICOM
import MammoImage
import TestSupport
import Testing

@Suite("How crops come to lie in the output, and on which side")
struct FitTests {
    private func parameters(_ row: [String: String]) throws -> PreprocessParameters {
        var parameters = PreprocessParameters(
            rows: try #require(row["rows"].flatMap { Int($0) }),
            columns: try #require(row["columns"].flatMap { Int($0) }))
        parameters.fit = try #require(FitMethod(rawValue: row["fit"] ?? ""))
        parameters.flipTo = try #require(BreastSide(rawValue: row["flip_to"] ?? ""))
        parameters.resize = try #require(ResizeMethod(rawValue: row["resize"] ?? ""))
        return parameters
    }

    @Test("OpenCV's pixels, to the bit")
    func goldens() throws {
        let rows = try Fixtures.table("fit.csv")
        #expect(rows.count == 80 && rows.contains { $0["mirrored"] == "1" && $0["fit"] == "center" })
        for (number, row) in rows.enumerated() {
            let file = try DICOMFile(path: Fixtures.path("images/\(row["file"] ?? "")"))
            let result = try Preprocessor(try parameters(row)).process(file.storedImage(), file.attributes)
            #expect(result.image == .gray8(try Fixtures.gray("fit/\(number).png")), "\(row)")
            #expect(result.isMirrored == (row["mirrored"] == "1"), "\(row)")
        }
    }

    @Test("16 bits a pixel lie where 8 do", arguments: FitMethod.allCases)
    func sixteenBits(_ fit: FitMethod) throws {
        let file = try DICOMFile(path: Fixtures.path("images/explicit-10-right-mlo-inverted.dcm"))
        var parameters = PreprocessParameters(rows: 90, columns: 70)
        (parameters.fit, parameters.flipTo) = (fit, .left)
        let small = try Preprocessor(parameters).process(file.storedImage(), file.attributes)
        parameters.bitDepth = .sixteen
        let large = try Preprocessor(parameters).process(file.storedImage(), file.attributes)
        guard case .gray8(let eight) = small.image, case .gray16(let sixteen) = large.image else {
            return #expect(Bool(false), "the depths that were asked for")
        }
        #expect(large.placement == small.placement && large.isMirrored && small.isMirrored)
        #expect(zip(eight.pixels, sixteen.pixels).allSatisfy { abs(Int($0) * 257 - Int($1)) <= 2 * 257 })
    }

    @Test("The way back to DICOM coordinates: each golden's box, from its corners")
    func coordinates() throws {
        for row in try Fixtures.table("fit.csv") {
            let file = try DICOMFile(path: Fixtures.path("images/\(row["file"] ?? "")"))
            let result = try Preprocessor(try parameters(row)).process(file.storedImage(), file.attributes)
            let map = try JSONDecoder().decode(
                [String: Double].self, from: JSONEncoder().encode(CoordinateMap(result, reduction: 0)))
            let (x, y) = (try #require(map["origin_x"]), try #require(map["origin_y"]))
            let (acrossX, downY) = (try #require(map["scale_x"]), try #require(map["scale_y"]))
            let (box, placement) = (result.region.box, result.placement)
            // The resized crop's right and lower edges are the box's; mirrored, its left edge is the box's right one.
            let (left, right) = (Double(placement.left), Double(placement.left + placement.columns))
            let width = Double(result.image.columns)
            let edge = x + acrossX * (result.isMirrored ? width - right : right)
            #expect(abs(edge - Double(box.x + box.width)) < 1e-9, "\(row)")
            let bottom = y + downY * Double(placement.top + placement.rows)
            #expect(abs(bottom - Double(box.y + box.height)) < 1e-9, "\(row)")
            let other = x + acrossX * (result.isMirrored ? width - left : left)
            #expect(abs(other - Double(box.x - placement.padding.left)) < 1e-9, "\(row)")
            #expect((acrossX < 0) == result.isMirrored && downY > 0)
        }
    }

    @Test("Placements by hand")
    func placements() {
        var parameters = PreprocessParameters(rows: 100, columns: 50)
        func placed(_ width: Int, _ height: Int) -> [Int] {
            let placement = Placement(width: width, height: height, parameters)
            return [placement.rows, placement.columns, placement.top, placement.left]
        }
        #expect(placed(30, 10) == [100, 50, 0, 0])
        parameters.fit = .stretch
        #expect(placed(30, 10) == [100, 50, 0, 0] && Placement(width: 3, height: 1, parameters).padding == .none)
        parameters.fit = .center
        // 50/30 of 10 is 16.67, cut off; 84 black rows. Upright: 100/40 of 9 is 22.5; 28 black columns.
        #expect(placed(30, 10) == [16, 50, 42, 0] && placed(9, 40) == [100, 22, 0, 14])
        #expect(placed(50, 100) == [100, 50, 0, 0] && placed(25, 49) == [98, 50, 1, 0])
    }

    @Test("Of the thinnest crop a row or a column is left")
    func thin() throws {
        var parameters = PreprocessParameters(rows: 8, columns: 4)
        (parameters.fit, parameters.region) = (.center, .none)
        for (name, rows, columns) in [("row", 1, 4), ("column", 8, 1)] {
            let file = try DICOMFile(path: Fixtures.path("images/\(name).dcm"))
            let result = try Preprocessor(parameters).process(file.storedImage(), file.attributes)
            #expect((result.placement.rows, result.placement.columns) == (rows, columns))
            #expect((result.image.rows, result.image.columns) == (8, 4))
        }
    }

    @Test("What versions before wrote is read with the defaults, and defaults are written as they did")
    func coding() throws {
        let old = """
            {"bit_depth":8,"columns":128,"decode":"exact","frame":1,"intensity":"minmax","png_level":4,"resize":"linear",\
            "roi":"otsu","rows":256,"window_index":1}
            """
        var parameters = try JSONDecoder().decode(PreprocessParameters.self, from: Data(old.utf8))
        #expect(parameters.fit == .pad && parameters.flipTo == .none)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(parameters), as: UTF8.self) == old)
        #expect(!parameters.description.contains("--fit") && !parameters.description.contains("--flip-to"))
        let before = parameters.description
        (parameters.fit, parameters.flipTo) = (.center, .right)
        let bytes = try encoder.encode(parameters)
        #expect(try JSONDecoder().decode(PreprocessParameters.self, from: bytes) == parameters)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""fit":"center","flip_to":"right","#))
        #expect(parameters.description.contains("--fit center --flip-to right"))
        let (found, expected) = PreprocessParameters.differing(before, parameters.description)
        #expect(found == "--fit pad --flip-to none" && expected == "--fit center --flip-to right")
    }
}

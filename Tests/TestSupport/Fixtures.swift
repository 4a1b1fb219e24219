import Foundation
import MammoData
import MammoImage

/// The files under Fixtures; Scripts/fixtures says how each was made.
package enum Fixtures {
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path

    package static func path(_ name: String) -> String { "\(root)/\(name)" }

    /// A file's bytes.
    package static func bytes(_ name: String) throws -> [UInt8] { try Files.read(path(name)) }

    /// A table as dictionaries by column.
    package static func table(_ name: String) throws -> [[String: String]] {
        let text = try DelimitedText(Files.read(path(name)), path: name)
        return text.records.map { Dictionary(uniqueKeysWithValues: zip(text.header.fields, $0.fields)) }
    }

    package static func gray(_ name: String) throws -> GrayImage { try PNGDecoder.decode(Files.read(path(name))) }

    /// A source array of odd files.
    package static func oddArray(_ name: String) throws -> (rows: Int, columns: Int, samples: [UInt16]) {
        try PNGDecoder.decode16(Files.read(path("odd/\(name)")))
    }

    /// A source array: the 16-bit patterns that a file holds.
    package static func array(_ name: String) throws -> (rows: Int, columns: Int, samples: [UInt16]) {
        try PNGDecoder.decode16(Files.read(path("arrays/\(name).png")))
    }
}

/// A row of images.csv joined with its row of goldens.csv: a file that can be read, and what comes of it.
package struct ReadableImage: Sendable, CustomTestStringConvertibleByFile {
    package let file: String
    package let array: String
    package let syntax: String
    package let frame: Int
    package let isSigned: Bool
    package let isLossy: Bool
    package let golden: String
    package let otsu: Double
    package let box: CropBox
    package let top: Int
    package let left: Int

    package var path: String { Fixtures.path("images/\(file)") }

    package static let all: [ReadableImage] = {
        guard let images = try? Fixtures.table("images.csv"), let goldens = try? Fixtures.table("goldens.csv") else {
            preconditionFailure("Fixtures/images.csv and goldens.csv cannot be read")
        }
        precondition(images.count == goldens.count, "images.csv and goldens.csv go row by row")
        return zip(images, goldens).map(ReadableImage.init)
    }()

    init(_ image: [String: String], _ golden: [String: String]) {
        func number(_ key: String) -> Int { golden[key].flatMap(Int.init) ?? -1 }
        precondition(image["file"] == golden["file"], "images.csv and goldens.csv go row by row")
        file = image["file"] ?? ""
        array = image["array"] ?? ""
        syntax = image["syntax"] ?? ""
        frame = number("frame")
        isSigned = image["signed"] == "1"
        isLossy = image["lossy"] == "1"
        self.golden = golden["golden"] ?? ""
        otsu = Double(number("otsu"))
        box = CropBox(x: number("x"), y: number("y"), width: number("width"), height: number("height"))
        top = number("top")
        left = number("left")
    }
}

/// Shows a test's argument as its file.
package protocol CustomTestStringConvertibleByFile: CustomStringConvertible {
    var file: String { get }
    var frame: Int { get }
}

extension CustomTestStringConvertibleByFile {
    package var description: String { "\(file) frame \(frame)" }
}

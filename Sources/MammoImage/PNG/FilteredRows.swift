import MammoDICOM

/// The rows of an image as PNG compresses them (ISO/IEC 15948 9.2): each behind the number of its filter.
enum FilteredRows {
    /// The filters that are tried; each image has one for all of its rows, since changing from row to row costs libdeflate
    /// more matches than it saves.
    private enum Filter: UInt8, CaseIterable {
        /// Less the row above.
        case up = 2
        /// Less the mean of the pixel to the left and the one above, rounded down.
        case average = 3
    }

    /// The rows of a gray image.
    static func smallest<Sample>(of image: GrayRaster<Sample>) -> [UInt8] {
        smallest(
            of: image.pixels as? [UInt8] ?? bigEndianBytes(of: image.pixels), image.rows, image.columns,
            pixel: Sample.bitWidth / 8)
    }

    /// The rows of a color image.
    static func smallest(of image: ColorImage) -> [UInt8] {
        smallest(of: image.pixels, image.rows, image.columns, pixel: 3)
    }

    /// Filtered by whichever filter leaves the smallest numbers, the usual guess at what compresses best; `pixel` is in bytes.
    private static func smallest(of bytes: [UInt8], _ rows: Int, _ columns: Int, pixel: Int) -> [UInt8] {
        let tried = Filter.allCases.map { Self.rows(of: bytes, rows, columns * pixel, pixel: pixel, by: $0) }
        let costs = tried.map(\.cost)
        let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
        return tried[best].bytes
    }

    /// Filters work on bytes, the most significant first; "left" is the same byte of the pixel before.
    private static func bigEndianBytes<Sample: FixedWidthInteger>(of pixels: [Sample]) -> [UInt8] {
        [UInt8](largeCapacity: pixels.count * MemoryLayout<Sample>.size) { out, count in
            count = pixels.count * MemoryLayout<Sample>.size
            out.withMemoryRebound(to: Sample.self) { out in
                for i in pixels.indices { out[i] = pixels[i].bigEndian }
            }
        }
    }

    /// `columns` and `pixel` are in bytes.
    private static func rows(
        of image: [UInt8], _ rows: Int, _ columns: Int, pixel: Int, by filter: Filter
    ) -> (bytes: [UInt8], cost: Int) {
        var cost = 0
        let bytes = [UInt8](largeCapacity: rows * (columns + 1)) { out, count in
            image.withUnsafeBufferPointer { pixels in
                let black = [UInt8](repeating: 0, count: columns)
                black.withUnsafeBufferPointer { black in
                    for row in 0..<rows {
                        let line = UnsafeBufferPointer(rebasing: pixels[(row * columns)...].prefix(columns))
                        let above =
                            row == 0
                            ? black : UnsafeBufferPointer(rebasing: pixels[((row - 1) * columns)...].prefix(columns))
                        out[row * (columns + 1)] = filter.rawValue
                        let residuals = UnsafeMutableBufferPointer(
                            rebasing: out[(row * (columns + 1) + 1)...].prefix(columns))
                        switch filter {
                        case .up: for x in 0..<columns { residuals[x] = line[x] &- above[x] }
                        case .average:
                            for x in 0..<min(pixel, columns) { residuals[x] = line[x] &- above[x] / 2 }
                            for x in pixel..<max(pixel, columns) {
                                let mean = (UInt16(line[x - pixel]) + UInt16(above[x])) / 2
                                residuals[x] = line[x] &- UInt8(truncatingIfNeeded: mean)
                            }
                        }
                        cost += magnitude(of: UnsafeBufferPointer(residuals))
                    }
                }
            }
            count = rows * (columns + 1)
        }
        return (bytes, cost)
    }

    /// The sum of the residuals taken as signed numbers without their signs.
    private static func magnitude(of residuals: UnsafeBufferPointer<UInt8>) -> Int {
        var sum: UInt32 = 0
        for residual in residuals { sum &+= UInt32(min(residual, 0 &- residual)) }
        return Int(sum)
    }
}

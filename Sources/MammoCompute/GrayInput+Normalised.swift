extension GrayInput {
    /// Normalises all images, turned as they are to be.
    ///
    /// - Parameters:
    ///   - out: Has room for the shape's values.
    ///   - threads: How many share the rows.
    func normalise(into out: UnsafeMutablePointer<Float>, threads: Int) {
        switch pixels {
        case .eight(let images): normalise(images, into: out, threads: threads)
        case .sixteen(let images): normalise(images, into: out, threads: threads)
        }
    }

    /// By a table of the three inputs for each value that a pixel can have.
    private func normalise<Sample: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ images: [[Sample]], into out: UnsafeMutablePointer<Float>, threads: Int
    ) {
        let (mean, deviation) = (SIMD3(mean), SIMD3(deviation))
        let table = (0...Int(Sample.max)).map { gray in
            (SIMD3(repeating: Float(gray) / Float(Sample.max)) - mean) / deviation
        }
        let (rows, columns) = (shape.rows, shape.columns)
        nonisolated(unsafe) let all = out
        parallelRanges(shape.images * rows, threads: threads, grain: 64) { range, _ in
            for line in range {
                let (image, row) = line.quotientAndRemainder(dividingBy: rows)
                let out = all + line * columns * 3
                images[image].withUnsafeBufferPointer { pixels in
                    let first = (turnsRows ? rows - 1 - row : row) * columns
                    for column in 0..<columns {
                        let value = table[Int(pixels[first + (turnsColumns ? columns - 1 - column : column)])]
                        (out[3 * column], out[3 * column + 1], out[3 * column + 2]) = (value.x, value.y, value.z)
                    }
                }
            }
        }
    }
}

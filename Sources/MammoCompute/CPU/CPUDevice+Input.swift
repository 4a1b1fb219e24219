extension CPUDevice {
    /// By a table of the three inputs for each of the 256 gray values.
    public func input(_ batch: GrayInput) throws(ComputeError) -> Tensor {
        let table: [SIMD3<Float>] = (0...255).map { gray in
            SIMD3((0..<3).map { (Float(gray) / 255 - batch.mean[$0]) / batch.deviation[$0] })
        }
        let result = try makeTensor(batch.shape)
        let (rows, columns) = (batch.shape.rows, batch.shape.columns)
        parallelRanges(batch.shape.images * rows, threads: threads, grain: 64) { range, _ in
            for line in range {
                let (image, row) = line.quotientAndRemainder(dividingBy: rows)
                let out = result.host + line * columns * 3
                batch.images[image].withUnsafeBufferPointer { pixels in
                    let first = (batch.turnsRows ? rows - 1 - row : row) * columns
                    for column in 0..<columns {
                        let value = table[Int(pixels[first + (batch.turnsColumns ? columns - 1 - column : column)])]
                        (out[3 * column], out[3 * column + 1], out[3 * column + 2]) = (value.x, value.y, value.z)
                    }
                }
            }
        }
        return result
    }
}

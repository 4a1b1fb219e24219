extension GrayImage {
    /// Each pixel looked up in a table of 256 values.
    func mapped(by table: [UInt8]) -> GrayImage {
        let mapped = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                table.withUnsafeBufferPointer { table in
                    for i in pixels.indices { out[i] = table[Int(pixels[i])] }
                }
            }
            count = pixels.count
        }
        return GrayImage(rows: rows, columns: columns, pixels: mapped)
    }

    private func mapped(_ level: (Float) -> Float) -> GrayImage {
        // As a cast to 8 bits: held to the range, then cut off.
        mapped(by: (0...255).map { UInt8(min(max(level(Float($0)), 0), 255)) })
    }

    /// `adjust_brightness`, to the bit.
    ///
    /// - Parameter factor: What pixels are multiplied by, from 0.
    /// - Returns: An image of the same size.
    package func brightened(by factor: Double) -> GrayImage {
        let factor = Float(factor)
        return mapped { $0 * factor }
    }

    /// `adjust_contrast`: away from the mean, or towards it. To the bit up to 65,793 pixels; beyond, single precision no
    /// longer holds every sum of pixels, torchvision's mean depends on how its threads add, and a pixel may be off by 1.
    ///
    /// - Parameter factor: What the distance from the mean is multiplied by, from 0.
    /// - Returns: An image of the same size.
    package func contrasted(by factor: Double) -> GrayImage {
        let sum = pixels.withUnsafeBufferPointer { $0.reduce(0) { $0 &+ Int($1) } }
        let mean = Float(Double(sum) / Double(max(1, pixels.count)))
        let (kept, rest) = (Float(factor), Float(1 - factor))
        return mapped { ($0 * kept).addingProduct(mean, rest) }
    }

    /// `posterize`, to the bit.
    ///
    /// - Parameter bits: How many of a pixel's upper bits are kept, 0 to 8.
    /// - Returns: An image of the same size.
    package func posterized(to bits: Int) -> GrayImage {
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
        return mapped(by: (0...255).map { $0 & mask })
    }

    /// `solarize`, to the bit: what is at or above a threshold is turned round.
    ///
    /// - Parameter threshold: A gray level; need not be whole.
    /// - Returns: An image of the same size.
    package func solarized(from threshold: Double) -> GrayImage {
        mapped(by: (0...255).map { Float($0) >= Float(threshold) ? 255 - $0 : $0 })
    }

    /// albumentations' `RandomToneCurve` with given control points, to the bit: levels go along a Bézier curve from black to
    /// white. Drawn at 1/4 and 3/4 the curve is nearly straight.
    ///
    /// - Parameters:
    ///   - low: The height of the control point of dark levels, 0 to 1.
    ///   - high: That of bright levels, 0 to 1.
    /// - Returns: An image of the same size.
    package func toned(low: Double, high: Double) -> GrayImage {
        mapped(
            by: (0...255).map { level in
                let t = Double(level) / 255
                let rest = 1 - t
                let value = 3 * (rest * rest) * t * low + 3 * rest * (t * t) * high + t * t * t
                return UInt8(min(max((value * 255).rounded(.toNearestOrEven), 0), 255))
            })
    }

    /// `autocontrast`, to the bit: the darkest pixel becomes 0, the brightest 255.
    package func autocontrasted() -> GrayImage {
        let counts = levelCounts()
        guard let least = counts.firstIndex(where: { $0 > 0 }), let most = counts.lastIndex(where: { $0 > 0 }),
            least < most
        else { return self }
        let scale = Float(most - least) * Float(1.0 / 255)
        return mapped { ($0 - Float(least)) / scale }
    }

    /// `equalize`, to the bit, which is Pillow's `ImageOps.equalize`: as many pixels on each level as that allows.
    package func equalized() -> GrayImage {
        let counts = levelCounts()
        let step = (pixels.count - (counts.last { $0 > 0 } ?? 0)) / 255
        guard step > 0 else { return self }
        var below = 0
        return mapped(
            by: counts.map { count in
                defer { below += count }
                return UInt8(min((below + step / 2) / step, 255))
            })
    }

    /// How many pixels each level has.
    private func levelCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        counts.withUnsafeMutableBufferPointer { counts in
            pixels.withUnsafeBufferPointer { pixels in for pixel in pixels { counts[Int(pixel)] &+= 1 } }
        }
        return counts
    }
}

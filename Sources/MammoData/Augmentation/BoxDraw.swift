import Glibc
import MammoImage

/// How torchvision draws a box of random area and shape: ten tries, then the way out of each transform.
package struct BoxDraw: Equatable, Sendable {
    /// The box's share of the image's pixels.
    package var area: ClosedRange<Double>
    /// Its sides' ratio, drawn evenly in its logarithm.
    package var ratio: ClosedRange<Double>

    package init(area: ClosedRange<Double>, ratio: ClosedRange<Double>) {
        (self.area, self.ratio) = (area, ratio)
    }

    /// `RandomResizedCrop`: the ratio is width over height. Where no try fits, the largest box in the middle whose ratio is
    /// the nearest allowed.
    package func crop(rows: Int, columns: Int, _ random: inout SplitMix64) -> PixelBox {
        for _ in 0..<10 {
            let (pixels, ratio) = draw(rows, columns, &random)
            let (width, height) = (Self.side(pixels * ratio), Self.side(pixels / ratio))
            guard width > 0, width <= columns, height > 0, height <= rows else { continue }
            return place(height, width, rows, columns, &random)
        }
        let (own, width, height) = (Double(columns) / Double(rows), Double(columns), Double(rows))
        var box = PixelBox(top: 0, left: 0, height: rows, width: columns)
        // A ratio below the image's own by less than half a pixel must not lead to more rows than there are.
        if own < ratio.lowerBound {
            box.height = min(rows, max(1, Int((width / ratio.lowerBound).rounded(.toNearestOrEven))))
        }
        if own > ratio.upperBound {
            box.width = min(columns, max(1, Int((height * ratio.upperBound).rounded(.toNearestOrEven))))
        }
        (box.top, box.left) = ((rows - box.height) / 2, (columns - box.width) / 2)
        return box
    }

    /// `RandomErasing`: the ratio is height over width, and the box smaller than the image both ways. Nil where no try fits:
    /// nothing is erased.
    package func erasure(rows: Int, columns: Int, _ random: inout SplitMix64) -> PixelBox? {
        for _ in 0..<10 {
            let (pixels, ratio) = draw(rows, columns, &random)
            let (height, width) = (Self.side(pixels * ratio), Self.side(pixels / ratio))
            guard height < rows, width < columns else { continue }
            // torchvision erases nothing of a box without pixels.
            return height > 0 && width > 0 ? place(height, width, rows, columns, &random) : nil
        }
        return nil
    }

    private func draw(_ rows: Int, _ columns: Int, _ random: inout SplitMix64) -> (pixels: Double, ratio: Double) {
        let pixels = Double(rows * columns) * random.next(in: area)
        return (pixels, exp(random.next(in: log(ratio.lowerBound)...log(ratio.upperBound))))
    }

    /// Rounded as Python does, halves to even.
    private static func side(_ square: Double) -> Int { Int(square.squareRoot().rounded(.toNearestOrEven)) }

    private func place(
        _ height: Int, _ width: Int, _ rows: Int, _ columns: Int, _ random: inout SplitMix64
    ) -> PixelBox {
        let top = random.next(below: rows - height + 1)
        return PixelBox(top: top, left: random.next(below: columns - width + 1), height: height, width: width)
    }
}

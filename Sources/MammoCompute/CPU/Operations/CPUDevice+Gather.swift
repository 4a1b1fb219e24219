import MammoGraph

/// Which values of an image make the patch of an output.
struct Patches {
    /// Rows and columns of a patch.
    let side: Int
    /// Positions from one patch to the next.
    let stride: Int
    /// Zeros around the image.
    let padding: Int

    /// A convolution's patches.
    init(_ extents: Convolution) { (side, stride, padding) = (extents.kernel, extents.stride, extents.padding) }

    /// Patches that touch without overlapping.
    init(side: Int) { (self.side, stride, padding) = (side, side, 0) }
}

extension CPUDevice {
    /// Gathers the patches of some outputs into rows of taps × channels, with zeros for what is outside the image.
    func gather(
        _ input: Tensor, _ patches: Patches, _ outputs: Shape, _ positions: Range<Int>,
        into rows: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let (shape, kernel, channels) = (input.shape, patches.side, input.shape.channels)
        for position in positions {
            let (line, column) = position.quotientAndRemainder(dividingBy: outputs.columns)
            let (image, row) = line.quotientAndRemainder(dividingBy: outputs.rows)
            var out = rows + (position - positions.lowerBound) * stride
            let left = column * patches.stride - patches.padding
            let (first, end) = (max(left, 0), min(left + kernel, shape.columns))
            for tap in 0..<kernel {
                let y = row * patches.stride - patches.padding + tap
                if y < 0 || y >= shape.rows || first >= end {
                    out.update(repeating: 0, count: kernel * channels)
                } else {
                    let (before, count) = ((first - left) * channels, (end - first) * channels)
                    out.update(repeating: 0, count: before)
                    (out + before).update(
                        from: input.host + ((image * shape.rows + y) * shape.columns + first) * channels, count: count)
                    (out + before + count).update(repeating: 0, count: kernel * channels - before - count)
                }
                out += kernel * channels
            }
        }
    }
}

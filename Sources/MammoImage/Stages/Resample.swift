import CKernels

extension GrayImage {
    /// Pillow 13's `Image.resize((columns, rows), filter)` of an image of mode "L", value for value: one axis, then the
    /// other, with 8 bits between. An axis that keeps its size is left alone.
    ///
    /// - Throws: `ImageError.operation` where either image has no pixels.
    func resampled(rows: Int, columns: Int, by filter: ResampleFilter) throws(ImageError) -> GrayImage {
        guard rows > 0, columns > 0, !pixels.isEmpty else {
            throw .operation(
                "resize", reason: "\(self.rows)×\(self.columns) to \(rows)×\(columns): both need at least one pixel")
        }
        // Pillow makes only the rows that the second pass reads; without a box that is all of them.
        return rowsGoFirst(rows: rows, columns: columns)
            ? resampled(rows: rows, by: filter).resampled(columns: columns, by: filter)
            : resampled(columns: columns, by: filter).resampled(rows: rows, by: filter)
    }

    /// Whether Pillow brings the rows to number before the columns, which shows because the 8 bits between are rounded
    /// and clipped. The rule came with python-pillow/Pillow#9549 and was found from Pillow 13.0's results, which follow
    /// it at 19,000 sizes; versions before took the columns first.
    private func rowsGoFirst(rows: Int, columns: Int) -> Bool {
        rows < self.rows && self.rows - rows > 2 * (self.columns - columns)
    }

    private func resampled(columns: Int, by filter: ResampleFilter) -> GrayImage {
        if columns == self.columns { return self }
        let axis = ResampleAxis(from: self.columns, to: columns, by: filter)
        let resampled = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            ckernels_resample_columns(
                pixels, rows, self.columns, axis.spans, axis.weights, axis.taps, buffer.baseAddress, columns)
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: resampled)
    }

    private func resampled(rows: Int, by filter: ResampleFilter) -> GrayImage {
        if rows == self.rows { return self }
        let axis = ResampleAxis(from: self.rows, to: rows, by: filter)
        let resampled = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            ckernels_resample_rows(pixels, columns, axis.spans, axis.weights, axis.taps, buffer.baseAddress, rows)
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: resampled)
    }
}

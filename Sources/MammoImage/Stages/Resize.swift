import MammoDICOM
import CMessage
import COpenCV

extension GrayImage {
    /// Brings the image to `rows` × `columns` by `method`.
    ///
    /// - Throws: `ImageError.operation` where either image has no pixels, or with OpenCV's message.
    public func resized(rows: Int, columns: Int, by method: ResizeMethod) throws(ImageError) -> GrayImage {
        switch method {
        case .linear: try resizedByOpenCV(rows: rows, columns: columns, copencv_inter_linear)
        case .area: try resizedByOpenCV(rows: rows, columns: columns, copencv_inter_area)
        case .lanczos: try resampled(rows: rows, columns: columns, by: .lanczos)
        case .pillowBilinear: try resampled(rows: rows, columns: columns, by: .bilinear)
        case .pillowBicubic: try resampled(rows: rows, columns: columns, by: .bicubic)
        }
    }

    /// `cv2.resize(self, (columns, rows), interpolation=interpolation)`, bit for bit.
    private func resizedByOpenCV(
        rows: Int, columns: Int, _ interpolation: copencv_interpolation
    ) throws(ImageError) -> GrayImage {
        var message = cmessage()
        var status: Int32 = 0
        let resized = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            status = copencv_resize(
                pixels, Int32(self.rows), Int32(self.columns), buffer.baseAddress, Int32(rows), Int32(columns),
                interpolation, &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .operation("resize", reason: message.string) }
        return GrayImage(rows: rows, columns: columns, pixels: resized)
    }
}

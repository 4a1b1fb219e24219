import MammoDICOM
import CMessage
import COpenCV

extension GrayImage {
    /// Brings the image to `rows` × `columns` by `method`.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public func resized(rows: Int, columns: Int, by method: ResizeMethod) throws(ImageError) -> GrayImage {
        switch method {
        case .linear: try resizedLinear(rows: rows, columns: columns)
        }
    }

    /// `cv2.resize(self, (columns, rows), interpolation=cv2.INTER_LINEAR)`, bit for bit.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public func resizedLinear(rows: Int, columns: Int) throws(ImageError) -> GrayImage {
        var message = cmessage()
        var status: Int32 = 0
        let resized = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            status = copencv_resize_linear(
                pixels, Int32(self.rows), Int32(self.columns), buffer.baseAddress, Int32(rows), Int32(columns), &message
            )
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .operation("resize", reason: message.string) }
        return GrayImage(rows: rows, columns: columns, pixels: resized)
    }
}

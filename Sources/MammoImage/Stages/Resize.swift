import CMessage
import COpenCV
import MammoBase
import MammoDICOM

extension GrayRaster {
    /// Brings the image to `rows` × `columns` by `method`.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public func resized(rows: Int, columns: Int, by method: ResizeMethod) throws(ImageError) -> GrayRaster {
        switch method {
        case .linear: try resizedByOpenCV(rows: rows, columns: columns, copencv_linear)
        case .area: try resizedByOpenCV(rows: rows, columns: columns, copencv_area)
        case .lanczos: try resizedAsPillow(rows: rows, columns: columns, .lanczos)
        case .pillowBilinear: try resizedAsPillow(rows: rows, columns: columns, .bilinear)
        case .pillowBicubic: try resizedAsPillow(rows: rows, columns: columns, .bicubic)
        }
    }

    /// Pillow resamples gray images of 8 bits; of 16 it has no antialiased resize to be equal to.
    private func resizedAsPillow(rows: Int, columns: Int, _ filter: ResampleFilter) throws(ImageError) -> GrayRaster {
        guard let image = self as? GrayImage,
            let resized = try image.resampled(rows: rows, columns: columns, by: filter) as? GrayRaster
        else {
            throw .operation("resize", reason: "Pillow's filters are for 8 bits a pixel, found \(Sample.bitWidth)")
        }
        return resized
    }

    /// `cv2.resize(self, (columns, rows), interpolation=…)`, bit for bit.
    private func resizedByOpenCV(
        rows: Int, columns: Int, _ interpolation: copencv_interpolation
    ) throws(ImageError) -> GrayRaster {
        var message = cmessage()
        var status: Int32 = 0
        let resized = [Sample](largeCapacity: rows * columns) { buffer, count in
            status = copencv_resize(
                pixels, Int32(self.rows), Int32(self.columns), buffer.baseAddress, Int32(rows), Int32(columns),
                Int32(Sample.bitWidth), interpolation, &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .operation("resize", reason: message.string) }
        return GrayRaster(rows: rows, columns: columns, pixels: resized)
    }
}

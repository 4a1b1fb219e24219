import CKernels
import MammoDICOM

/// The reference pipeline's way from stored values to gray, as a table over all 65,536 patterns.
///
/// The reference pipeline computes, in float32 as dicomsdl and numpy do:
///
///     p = stored * slope + intercept          # two roundings
///     p = max(p) - p  (MONOCHROME1)   or   p - min(p)
///     gray = uint8(p / max(p) * 255)          # truncated
///
/// Each step depends on the stored value alone once the image's extremes are known, and each is monotonic, so the
/// extremes after rescaling are those of the extreme stored values.
///
/// With 16-bit samples it is the same with 65535 for 255.
public struct IntensityMap<Sample: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// The gray value of each 16-bit pattern; only patterns between the image's extremes are filled in.
    public let table: [Sample]
    /// The image has one single value: the reference pipeline's code fails on it, here it becomes all zeros.
    public let isUniform: Bool

    /// Makes the table for one image, as `parameters` say.
    ///
    /// - Throws: `ImageError.rescaleOutOfRange` where float32 overflows, `.voi` where there is no such window.
    public init(
        _ image: StoredImage, _ attributes: ImageAttributes, _ parameters: PreprocessParameters
    ) throws(ImageError) {
        switch parameters.intensity {
        case .minmax: try self.init(image, rescaledBy: attributes)
        case .window, .voiLUT:
            try self.init(
                image, attributes,
                VOITransform(
                    attributes, index: parameters.windowIndex, tableOnly: parameters.intensity == .voiLUT))
        }
    }

    /// After the Modality LUT, or else the rescale (PS3.3 C.11.1), in double precision, and rounded to the nearest gray;
    /// MONOCHROME1 is inverted at the end (PS3.3 C.7.6.3.1.2).
    private init(_ image: StoredImage, _ attributes: ImageAttributes, _ transform: VOITransform) throws(ImageError) {
        let (smallest, largest) = image.extremes() ?? (0, 0)
        let white = Double(Sample.max)
        let isInverted = attributes.photometricInterpretation == .monochrome1
        var table = [Sample](repeating: 0, count: 1 << 16)
        for value in smallest...largest {
            let rescaled =
                attributes.modalityLUT.map { Double($0.entry(for: Double(value))) }
                ?? Double(value) * attributes.rescaleSlope + attributes.rescaleIntercept
            guard rescaled.isFinite else {
                throw .rescaleOutOfRange(slope: attributes.rescaleSlope, intercept: attributes.rescaleIntercept)
            }
            let gray = Sample((transform.display(rescaled) * white + 0.5).rounded(.down))
            table[Int(UInt16(truncatingIfNeeded: value))] = isInverted ? Sample.max - gray : gray
        }
        self.table = table
        isUniform = false
    }

    /// The reference pipeline's table.
    private init(_ image: StoredImage, rescaledBy attributes: ImageAttributes) throws(ImageError) {
        try self.init(
            image, slope: attributes.rescaleSlope, intercept: attributes.rescaleIntercept,
            inverted: attributes.photometricInterpretation == .monochrome1)
    }

    package init(_ image: StoredImage, slope: Double, intercept: Double, inverted: Bool) throws(ImageError) {
        let (smallest, largest) = image.extremes() ?? (0, 0)
        let (slope32, intercept32) = (Float(slope), Float(intercept))
        func rescaled(_ value: Int) -> Float { Float(value) * slope32 + intercept32 }

        // A negative slope turns the order round.
        let low = min(rescaled(smallest), rescaled(largest))
        let high = max(rescaled(smallest), rescaled(largest))
        let range = high - low
        guard range.isFinite else { throw .rescaleOutOfRange(slope: slope, intercept: intercept) }
        isUniform = range == 0
        var table = [Sample](repeating: 0, count: 1 << 16)
        if range > 0 {
            let white = Float(Sample.max)
            for value in smallest...largest {
                let rescaled = rescaled(value)
                let shifted = inverted ? high - rescaled : rescaled - low
                table[Int(UInt16(truncatingIfNeeded: value))] = Sample(shifted / range * white)
            }
        }
        self.table = table
    }

    /// Looks every sample up.
    public func apply(to image: StoredImage) -> GrayRaster<Sample> {
        let count = image.samples.count
        let pixels = [Sample](largeCapacity: count) { pixels, initialized in
            table.withUnsafeBytes { table in
                let out = UnsafeMutableRawBufferPointer(pixels)
                if Sample.bitWidth == 8 {
                    ckernels_look_up_8(
                        image.samples, count, table.bindMemory(to: UInt8.self).baseAddress,
                        out.bindMemory(to: UInt8.self).baseAddress)
                } else {
                    ckernels_look_up_16(
                        image.samples, count, table.bindMemory(to: UInt16.self).baseAddress,
                        out.bindMemory(to: UInt16.self).baseAddress)
                }
            }
            initialized = count
        }
        return GrayRaster(rows: image.rows, columns: image.columns, pixels: pixels)
    }
}

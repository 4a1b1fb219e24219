import COpenJPEGEncoder
import Foundation

/// OpenJPEG's encoder, with every option that a decoder has to follow.
package struct JPEG2000Encoder: CustomStringConvertible {
    package var options = copenjpeg_encoding()

    package init(rows: Int, columns: Int, precision: Int, isSigned: Bool = false) {
        (options.rows, options.columns) = (UInt32(rows), UInt32(columns))
        options.precision = UInt32(precision)
        options.is_signed = isSigned ? 1 : 0
        options.levels = 5
        (options.block_width, options.block_height) = (64, 64)
        options.layers = 1
    }

    /// Sizes of precincts, from the finest resolution on.
    package mutating func setPrecincts(_ sizes: [(width: Int, height: Int)]) {
        options.precincts = UInt32(sizes.count)
        withUnsafeMutableBytes(of: &options.precinct_width) { bytes in
            for (i, size) in sizes.enumerated() { bytes.bindMemory(to: UInt32.self)[i] = UInt32(size.width) }
        }
        withUnsafeMutableBytes(of: &options.precinct_height) { bytes in
            for (i, size) in sizes.enumerated() { bytes.bindMemory(to: UInt32.self)[i] = UInt32(size.height) }
        }
    }

    /// The codestream, or nil where OpenJPEG does not take these options.
    package func encode(_ samples: [Int32]) -> [UInt8]? {
        var options = options
        var length = 0
        guard let bytes = copenjpeg_encode(&options, samples, &length) else { return nil }
        defer { free(bytes) }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: length))
    }

    package var description: String {
        let o = options
        return "\(o.rows)×\(o.columns) at \(o.left),\(o.top), \(o.precision) bits, signed \(o.is_signed), "
            + "levels \(o.levels), blocks \(o.block_width)×\(o.block_height), "
            + "tiles \(o.tile_width)×\(o.tile_height) at \(o.tile_left),\(o.tile_top), order \(o.progression), "
            + "layers \(o.layers), lossy \(o.is_lossy), precincts \(o.precincts) from \(o.precinct_width.0)×"
            + "\(o.precinct_height.0), SOP \(o.sop), EPH \(o.eph), parts \(o.tile_parts), JP2 \(o.is_jp2)"
    }
}

import CKernels
import Testing

@Suite("Kernels of augmentation")
struct AugmentKernelsTests {
    @Test("Every instruction set samples the same values", arguments: [(1, 1), (5, 300), (64, 31)])
    func affine(_ rows: Int, _ columns: Int) {
        let margin = Int(ckernels_affine_margin)
        var padded = [UInt8](repeating: 0, count: (rows + 2 * margin) * (columns + 2 * margin))
        for row in 0..<rows {
            for column in 0..<columns {
                let place = (row + margin) * (columns + 2 * margin) + column + margin
                padded[place] = UInt8(truncatingIfNeeded: (row * 7919 + column * 104_729) >> 3)
            }
        }
        let sets = [ckernels_portable, ckernels_avx2, ckernels_avx512].filter { ckernels_has($0) }
        for turn in 0..<40 {
            let t = Float(turn) * 0.173
            let (width, height) = (Float(columns) / 2, Float(rows) / 2)
            // Some lead far outside.
            let shift = turn % 10 == 9 ? 1e9 : Float(turn) * 0.3
            let results = sets.map { set in
                padded.withUnsafeBufferPointer { padded in
                    var map = ckernels_affine(
                        padded: padded.baseAddress, rows: Int32(rows), columns: Int32(columns),
                        across: ((1 - t * t / 8) / width, t / width, shift / width),
                        down: (-t / height, (1 - t * t / 9) / height, 0.7 / height))
                    var (bilinear, nearest) = (
                        [UInt8](repeating: 1, count: rows * columns), [UInt8](repeating: 1, count: rows * columns)
                    )
                    ckernels_affine_bilinear(set, &map, &bilinear)
                    ckernels_affine_nearest(set, &map, &nearest)
                    return [bilinear, nearest]
                }
            }
            #expect(results.allSatisfy { $0 == results[0] })
        }
    }
}

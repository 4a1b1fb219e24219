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

    private let sets = [ckernels_portable, ckernels_avx2, ckernels_avx512].filter { ckernels_has($0) }

    @Test("Weighted sums are double precision's, the same with every instruction set", arguments: [1, 63, 64, 203])
    func weightedSums(_ count: Int) {
        for (taps, stride) in [(1, 1), (41, 1), (9, 207), (160, 1)] {
            let source = (0..<(taps - 1) * stride + count).map { Float(($0 * 7919) % 1000) / 500 - 1 }
            let weights = (0..<taps).map { Float(($0 * 31) % 17 + 1) / Float(9 * taps) }
            let results = sets.map { set in
                var sums = [Float](repeating: .nan, count: count)
                ckernels_weighted_sums(set, source, stride, weights, taps, &sums, count)
                return sums
            }
            #expect(results.allSatisfy { $0 == results[0] })
            for i in 0..<count {
                let plain = (0..<taps).reduce(0.0) { $0 + Double(weights[$1]) * Double(source[i + $1 * stride]) }
                #expect(abs(Double(results[0][i]) - plain) < 2e-6)
            }
        }
    }

    @Test("Where noise leads four weights are summed, the same with every instruction set", arguments: [0, 3, 90])
    func elastic(_ alpha: Float) {
        let (rows, columns, margin) = (37, 300, Int(ckernels_affine_margin))
        let width = columns + 2 * margin
        var padded = [UInt8](repeating: 0, count: (rows + 2 * margin) * width)
        for i in 0..<rows * columns {
            padded[(i / columns + margin) * width + i % columns + margin] = UInt8(truncatingIfNeeded: (i * 7919) >> 3)
        }
        let noise = (0..<2 * rows * columns).map { Float(($0 * 104_729) % 2001) / 1000 - 1 }
        let columnPlaces = (0..<columns).map { Float(2 * $0 + 1 - columns) / Float(columns) }
        let rowPlaces = (0..<rows).map { Float(2 * $0 + 1 - rows) / Float(rows) }
        let results = sets.map { set in
            padded.withUnsafeBufferPointer { padded in
                noise.withUnsafeBufferPointer { noise in
                    columnPlaces.withUnsafeBufferPointer { columnPlaces in
                        rowPlaces.withUnsafeBufferPointer { rowPlaces in
                            var map = ckernels_elastic(
                                padded: padded.baseAddress, rows: Int32(rows), columns: Int32(columns),
                                column_places: columnPlaces.baseAddress, row_places: rowPlaces.baseAddress,
                                across: noise.baseAddress, down: noise.baseAddress! + rows * columns, alpha: alpha)
                            var sampled = [UInt8](repeating: 1, count: rows * columns)
                            ckernels_elastic_bilinear(set, &map, &sampled)
                            return sampled
                        }
                    }
                }
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
        for i in 0..<rows * columns {
            let x = Double(i % columns) + Double(alpha * noise[i]) / 2
            let y = Double(i / columns) + Double(alpha * noise[i + rows * columns]) / 2
            var (value, share) = (0.0, 0.0)
            for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let (r, c) = (Int(y.rounded(.down)) + row, Int(x.rounded(.down)) + column)
                guard (0..<rows).contains(r), (0..<columns).contains(c) else { continue }
                let weight = (1 - abs(x - Double(c))) * (1 - abs(y - Double(r)))
                share += weight
                value += weight * Double(padded[(r + margin) * width + c + margin])
            }
            #expect(abs(Double(results[0][i]) - value * share) < 0.52, "\(i)")
        }
    }

    @Test("Floats are resampled along columns, then along rows")
    func floats() {
        let (rows, columns, taps) = (9, 21, 3)
        let source = (0..<rows * columns).map { Float(($0 * 7919) % 256) }
        let spans = [(0, 3), (1, 1), (4, 2), (6, 3)].map { ckernels_span(first: $0, count: $1) }
        let weights = (0..<spans.count * taps).map { Float($0 % 5 + 1) / 7 }
        var line = [Float](repeating: 0, count: columns)
        var resampled = [Float](repeating: .nan, count: spans.count * spans.count)
        spans.withUnsafeBufferPointer { spans in
            weights.withUnsafeBufferPointer { weights in
                var axis = ckernels_axis(
                    spans: spans.baseAddress, weights: weights.baseAddress, taps: taps, count: spans.count)
                ckernels_resample_floats(source, columns, &axis, &axis, &line, &resampled)
            }
        }
        for (y, down) in spans.enumerated() {
            for (x, across) in spans.enumerated() {
                var sum = 0.0
                for i in 0..<Int(down.count) {
                    for j in 0..<Int(across.count) {
                        let value = source[(Int(down.first) + i) * columns + Int(across.first) + j]
                        sum += Double(value) * Double(weights[y * taps + i]) * Double(weights[x * taps + j])
                    }
                }
                #expect(abs(Double(resampled[y * spans.count + x]) - sum) < 1e-3)
            }
        }
    }

    @Test("A grid's samples are sums of whole 32nds")
    func remap() {
        let (rows, columns) = (5, 40)
        let pixels = (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0 * 7919 >> 3) }
        func taps(_ count: Int) -> [ckernels_tap] {
            (0..<count).map { i in
                let (first, part) = ((i * 7) % count, Int32(i * 11 % 33))
                return ckernels_tap(
                    first: Int32(first), second: Int32(min(first + 1, count - 1)), first_part: 32 - part,
                    second_part: i % 5 == 4 ? 0 : part)
            }
        }
        let (across, down) = (taps(columns), taps(rows))
        var sampled = [UInt8](repeating: 1, count: rows * columns)
        ckernels_remap_grid(pixels, columns, across, columns, down, rows, &sampled)
        for i in 0..<rows * columns {
            let (x, y) = (across[i % columns], down[i / columns])
            var sum = 0.0
            for (row, rowPart) in [(y.first, y.first_part), (y.second, y.second_part)] {
                for (column, part) in [(x.first, x.first_part), (x.second, x.second_part)] {
                    sum += Double(pixels[Int(row) * columns + Int(column)]) * Double(rowPart * part) / 1024
                }
            }
            #expect(Double(sampled[i]) == (sum + 0.5).rounded(.down))
        }
    }
}

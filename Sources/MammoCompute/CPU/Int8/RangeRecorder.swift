import Synchronization

/// Collects the ranges of activations while a network predicts in fp32.
public final class RangeRecorder: Sendable {
    private struct Channels {
        var low: [Float]
        var high: [Float]
        var sum: [Double]
        var positions = 0
    }

    private let segments = Mutex<[String: [Int: Channels]]>([:])

    /// Nothing is recorded yet.
    public init() {}

    /// What was recorded.
    public var ranges: Int8Ranges {
        segments.withLock { segments in
            segments.mapValues { products in
                products.sorted { $0.key < $1.key }.map { _, channels in
                    let count = Double(max(channels.positions, 1))
                    return ActivationRanges(
                        low: channels.low, high: channels.high, mean: channels.sum.map { Float($0 / count) })
                }
            }
        }
    }

    /// Takes a tensor's values into account.
    ///
    /// - Parameters:
    ///   - tensor: Activations on the CPU.
    ///   - segment: The segment's name.
    ///   - product: Which of the segment's products they are the inputs of.
    ///   - threads: How many threads look at them: the result does not depend on it.
    func add(_ tensor: Tensor, segment: String, product: Int, threads: Int) {
        let (positions, count) = (tensor.shape.positions, tensor.shape.channels)
        let grain = 4096
        let parts = Mutex<[Int: Channels]>([:])
        parallelRanges(positions, threads: threads, grain: grain) { range, _ in
            let part = Self.channels(tensor.host + range.lowerBound * count, rows: range.count, count: count)
            parts.withLock { $0[range.lowerBound / grain] = part }
        }
        let ordered = parts.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
        segments.withLock { segments in
            var all = segments[segment]?[product]
            for part in ordered {
                guard var sum = all else {
                    all = part
                    continue
                }
                for channel in 0..<count {
                    sum.low[channel] = min(sum.low[channel], part.low[channel])
                    sum.high[channel] = max(sum.high[channel], part.high[channel])
                    sum.sum[channel] += part.sum[channel]
                }
                sum.positions += part.positions
                all = sum
            }
            segments[segment, default: [:]][product] = all
        }
    }

    private static func channels(_ values: UnsafePointer<Float>, rows: Int, count: Int) -> Channels {
        var low = [Float](repeating: .infinity, count: count)
        var high = [Float](repeating: -.infinity, count: count)
        var sum = [Float](repeating: 0, count: count)
        for row in 0..<rows {
            let row = values + row * count
            for channel in 0..<count {
                let value = row[channel]
                // A NaN stays in the sum.
                low[channel] = value < low[channel] ? value : low[channel]
                high[channel] = value > high[channel] ? value : high[channel]
                sum[channel] += value
            }
        }
        return Channels(low: low, high: high, sum: sum.map(Double.init), positions: rows)
    }
}

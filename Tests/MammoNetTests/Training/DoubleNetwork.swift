import Foundation
import MammoNet

/// A ConvNeXt's loss as its definition reads, one value after another in double precision: slow, and for tiny images only.
struct DoubleNetwork {
    let depths: [Int]
    var parameters: [String: [Double]]

    /// Values at rows × columns positions of channels.
    private struct Map {
        var rows: Int
        var columns: Int
        var channels: Int
        var values: [Double]
    }

    /// The loss of images, each rows × columns × 3.
    func loss(_ images: [[Double]], rows: Int, columns: Int, labels: [Double], of loss: BinaryLoss) -> Double {
        zip(images, labels).reduce(0) {
            let logit = logit(Map(rows: rows, columns: columns, channels: 3, values: $1.0))
            return $0 + loss.value(logit: logit, label: $1.1) / Double(images.count)
        }
    }

    private func logit(_ image: Map) -> Double {
        var map = norm(patches(image, "features.0.0", side: 4), "features.0.1")
        for (stage, depth) in depths.enumerated() {
            for block in 0..<depth { map = self.block(map, "features.\(2 * stage + 1).\(block)") }
            guard stage + 1 < depths.count else { break }
            let name = "features.\(2 * stage + 2)"
            map = patches(norm(map, "\(name).0"), "\(name).1", side: 2)
        }
        var mean = [Double](repeating: 0, count: map.channels)
        for (place, value) in map.values.enumerated() {
            mean[place % map.channels] += value / Double(map.rows * map.columns)
        }
        let pooled = norm(Map(rows: 1, columns: 1, channels: map.channels, values: mean), "classifier.0")
        return linear(pooled, "classifier.2").values[0]
    }

    private func at(_ name: String) -> [Double] { parameters[name] ?? [] }

    private func norm(_ map: Map, _ name: String) -> Map {
        let (gamma, beta, count) = (at("\(name).weight"), at("\(name).bias"), Double(map.channels))
        var result = map
        for first in stride(from: 0, to: map.values.count, by: map.channels) {
            let row = map.values[first..<first + map.channels]
            let mean = row.reduce(0, +) / count
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            for c in 0..<map.channels {
                result.values[first + c] =
                    (map.values[first + c] - mean) / (variance + 1e-6).squareRoot() * gamma[c] + beta[c]
            }
        }
        return result
    }

    private func linear(_ map: Map, _ name: String) -> Map {
        let (weights, bias) = (at("\(name).weight"), at("\(name).bias"))
        var result = Map(rows: map.rows, columns: map.columns, channels: bias.count, values: [])
        for first in stride(from: 0, to: map.values.count, by: map.channels) {
            for output in bias.indices {
                var sum = bias[output]
                for c in 0..<map.channels { sum += map.values[first + c] * weights[output * map.channels + c] }
                result.values.append(sum)
            }
        }
        return result
    }

    private func patches(_ map: Map, _ name: String, side: Int) -> Map {
        let (weights, bias) = (at("\(name).weight"), at("\(name).bias"))
        var result = Map(rows: map.rows / side, columns: map.columns / side, channels: bias.count, values: [])
        for row in 0..<result.rows {
            for column in 0..<result.columns {
                for output in bias.indices {
                    var sum = bias[output]
                    for c in 0..<map.channels {
                        for tap in 0..<side * side {
                            let (y, x) = (row * side + tap / side, column * side + tap % side)
                            sum +=
                                map.values[(y * map.columns + x) * map.channels + c]
                                * weights[(output * map.channels + c) * side * side + tap]
                        }
                    }
                    result.values.append(sum)
                }
            }
        }
        return result
    }

    private func depthwise(_ map: Map, _ name: String) -> Map {
        let (weights, bias) = (at("\(name).weight"), at("\(name).bias"))
        var result = map
        for place in map.values.indices {
            let (position, c) = place.quotientAndRemainder(dividingBy: map.channels)
            var sum = bias[c]
            for tap in 0..<49 {
                let (y, x) = (position / map.columns + tap / 7 - 3, position % map.columns + tap % 7 - 3)
                guard y >= 0, y < map.rows, x >= 0, x < map.columns else { continue }
                sum += map.values[(y * map.columns + x) * map.channels + c] * weights[c * 49 + tap]
            }
            result.values[place] = sum
        }
        return result
    }

    private func block(_ map: Map, _ name: String) -> Map {
        let scale = at("\(name).layer_scale")
        var hidden = linear(norm(depthwise(map, "\(name).block.0"), "\(name).block.2"), "\(name).block.3")
        for place in hidden.values.indices {
            hidden.values[place] *= 0.5 * (1 + erf(hidden.values[place] / 2.0.squareRoot()))
        }
        var result = linear(hidden, "\(name).block.5")
        for place in result.values.indices {
            result.values[place] = map.values[place] + scale[place % map.channels] * result.values[place]
        }
        return result
    }
}

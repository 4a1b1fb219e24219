import Foundation
import MammoGraph
import MammoNet

/// A network in training as its layers' definitions read, one value after another in double precision: slow, and for tiny
/// images only. Dropout and stochastic depth are off; batch normalisations use the batch's statistics.
struct ReferenceNetwork {
    let network: Network
    var parameters: [String: [Double]]

    /// Values of images × rows × columns positions of channels.
    struct Maps {
        var images: Int
        var rows: Int
        var columns: Int
        var channels: Int
        var values: [Double]

        var positions: Int { rows * columns }

        func like(_ channels: Int) -> Maps {
            Maps(
                images: images, rows: rows, columns: columns, channels: channels,
                values: [Double](repeating: 0, count: images * rows * columns * channels))
        }
    }

    /// The mean loss of a batch.
    func loss(_ input: Maps, labels: [Double], of loss: BinaryLoss) -> Double {
        var maps = input
        for segment in network.segments { maps = self.segment(segment, maps) }
        return zip(maps.values, labels).reduce(0) {
            $0 + loss.value(logit: $1.0, label: $1.1) / Double(labels.count)
        }
    }

    private func segment(_ segment: Segment, _ input: Maps) -> Maps {
        var result = apply(segment.body, segment.prefix, input)
        guard segment.isResidual else { return result }
        let scale = segment.scale.flatMap { parameters["\(segment.prefix).\($0.name)"] }
        for place in result.values.indices {
            result.values[place] *= scale?[place % result.channels] ?? 1
            result.values[place] += input.values[place]
        }
        return result
    }

    private func apply(_ children: [Child], _ name: String, _ input: Maps) -> Maps {
        children.reduce(input) { maps, child in
            layer(child.layer, [name, child.name].filter { !$0.isEmpty }.joined(separator: "."), maps)
        }
    }

    private func at(_ name: String, _ part: String) -> [Double] { parameters["\(name).\(part)"] ?? [] }

    private func layer(_ layer: Layer, _ name: String, _ maps: Maps) -> Maps {
        switch layer {
        case .convolution(let extents): return convolution(extents, name, maps)
        case .linear(let linear):
            return convolution(linear.pointwise, name, maps)
        case .layerNorm(_, let epsilon): return layerNorm(maps, epsilon, name)
        case .batchNorm(let norm): return batchNorm(maps, norm, name)
        case .activation(let activation):
            var result = maps
            result.values = maps.values.map { self.activation(activation, $0) }
            return result
        case .pool(.mean): return pooled(maps) { $0.reduce(0, +) / Double($0.count) }
        case .pool(.maximum): return pooled(maps) { $0.max() ?? 0 }
        case .pool(.generalisedMean):
            let exponent = at(name, "p")[0]
            return pooled(maps) { values in
                let sum = values.reduce(0) { $0 + pow(max($1, Double(Pooling.epsilon)), exponent) }
                return pow(sum / Double(values.count), 1 / exponent)
            }
        case .dropout: return maps
        case .gate(let children):
            let factors = apply(children, name, maps)
            var result = maps
            for place in maps.values.indices {
                let image = place / (maps.positions * maps.channels)
                result.values[place] *= factors.values[image * maps.channels + place % maps.channels]
            }
            return result
        case .sequence(let children): return apply(children, name, maps)
        }
    }

    private func activation(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
        case .silu: x / (1 + exp(-x))
        case .sigmoid: 1 / (1 + exp(-x))
        }
    }

    /// One value of all positions' for each channel of an image.
    private func pooled(_ maps: Maps, _ pool: ([Double]) -> Double) -> Maps {
        let values = (0..<maps.images * maps.channels).map { place in
            let (image, channel) = place.quotientAndRemainder(dividingBy: maps.channels)
            let first = image * maps.positions * maps.channels + channel
            return pool((0..<maps.positions).map { maps.values[first + $0 * maps.channels] })
        }
        return Maps(images: maps.images, rows: 1, columns: 1, channels: maps.channels, values: values)
    }

    private func normalised(
        _ maps: inout Maps, _ places: [Int], _ epsilon: Float, gamma: (Int) -> Double, beta: (Int) -> Double
    ) {
        let count = Double(places.count)
        let mean = places.reduce(0) { $0 + maps.values[$1] } / count
        let variance = places.reduce(0) { $0 + (maps.values[$1] - mean) * (maps.values[$1] - mean) } / count
        for place in places {
            let channel = place % maps.channels
            maps.values[place] =
                (maps.values[place] - mean) / (variance + Double(epsilon)).squareRoot() * gamma(channel) + beta(channel)
        }
    }

    private func layerNorm(_ maps: Maps, _ epsilon: Float, _ name: String) -> Maps {
        let (gamma, beta) = (at(name, "weight"), at(name, "bias"))
        var result = maps
        for first in stride(from: 0, to: maps.values.count, by: maps.channels) {
            normalised(
                &result, Array(first..<first + maps.channels), epsilon, gamma: { gamma[$0] }, beta: { beta[$0] })
        }
        return result
    }

    private func batchNorm(_ maps: Maps, _ norm: BatchNorm, _ name: String) -> Maps {
        let (gamma, beta) = (at(name, "weight"), at(name, "bias"))
        var result = maps
        for channel in 0..<maps.channels {
            normalised(
                &result, Array(stride(from: channel, to: maps.values.count, by: maps.channels)), norm.epsilon,
                gamma: { gamma[$0] }, beta: { beta[$0] })
        }
        return result
    }

    private func convolution(_ extents: Convolution, _ name: String, _ maps: Maps) -> Maps {
        let (weights, bias) = (at(name, "weight"), at(name, "bias"))
        var shape = maps
        (shape.rows, shape.columns) = (extents.outputs(along: maps.rows), extents.outputs(along: maps.columns))
        var result = shape.like(extents.outputs)
        let (inputs, outputs) = (extents.inputs / extents.groups, extents.outputs / extents.groups)
        let (kernel, taps) = (extents.kernel, extents.kernel * extents.kernel)
        for place in result.values.indices {
            let (position, output) = place.quotientAndRemainder(dividingBy: extents.outputs)
            let (image, inner) = position.quotientAndRemainder(dividingBy: result.positions)
            let (row, column) = inner.quotientAndRemainder(dividingBy: result.columns)
            let first = output / outputs * inputs
            var sum = extents.hasBias ? bias[output] : 0
            for tap in 0..<taps {
                let y = row * extents.stride - extents.padding + tap / kernel
                let x = column * extents.stride - extents.padding + tap % kernel
                guard y >= 0, y < maps.rows, x >= 0, x < maps.columns else { continue }
                let source = ((image * maps.rows + y) * maps.columns + x) * maps.channels + first
                for c in 0..<inputs { sum += maps.values[source + c] * weights[(output * inputs + c) * taps + tap] }
            }
            result.values[place] = sum
        }
        return result
    }
}

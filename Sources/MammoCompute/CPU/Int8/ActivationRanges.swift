/// What the activations before a product were on some images, for each of their channels.
public struct ActivationRanges: Codable, Equatable, Sendable {
    /// The least value.
    public var low: [Float]
    /// The greatest value.
    public var high: [Float]
    /// The mean.
    public var mean: [Float]

    /// Ranges of channels.
    ///
    /// - Parameters:
    ///   - low: The least value of each.
    ///   - high: The greatest.
    ///   - mean: The mean.
    public init(low: [Float], high: [Float], mean: [Float]) {
        (self.low, self.high, self.mean) = (low, high, mean)
    }

    /// Whether all values are finite.
    public var isFinite: Bool { [low, high, mean].allSatisfy { $0.allSatisfy(\.isFinite) } }

    /// Whether there is a range of finite values for each of so many channels.
    func fits(_ channels: Int) -> Bool {
        [low, high, mean].allSatisfy { $0.count == channels } && isFinite && zip(low, high).allSatisfy { $0 <= $1 }
    }

    /// How the channels' values become 8 bits: q = round(value · factor + shift), from 0 at the least value to 255 at the greatest.
    /// A channel of nearly one value is taken as wider, so that another image's values have room.
    var quantisation: (factor: [Float], shift: [Float]) {
        let widest = zip(low, high).map { $1 - $0 }.max() ?? 0
        let least = widest > 0 ? widest / 256 : 1
        let factor = zip(low, high).map { 255 / max($1 - $0, least) }
        return (factor, zip(low, factor).map { -$0 * $1 })
    }
}

/// The activations' ranges of a network's segments, by their names, each product's in the order in which they are computed.
public typealias Int8Ranges = [String: [ActivationRanges]]

/// How gray values become a network's inputs: gray / 255, less a mean, over a deviation, each in single precision and in
/// this order, as torchvision's `ToTensor` and `Normalize` compute it.
public struct Normalisation: Equatable, Sendable {
    /// Of each of the three channels.
    public var mean: [Float]
    /// Of each of the three channels.
    public var deviation: [Float]

    /// ImageNet's.
    public static let imageNet = Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// A normalisation of three channels.
    ///
    /// - Parameters:
    ///   - mean: Of each of the three channels.
    ///   - deviation: Of each of the three channels, none of them zero.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3, "three channels")
        self.mean = mean
        self.deviation = deviation
    }
}

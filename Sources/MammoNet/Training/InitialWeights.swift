import Glibc
import MammoData

/// Random parameters to begin with, of the distributions that torchvision's ConvNeXt begins with: weights normal with a
/// deviation of 0.02 (its truncation at ±2 is a hundred deviations away), biases 0, norms 1 and 0, layer scales 1e-6. The
/// numbers are not torch's.
public struct InitialWeights: Sendable {
    private let parameters: [String: (number: Int, count: Int)]
    private let seed: UInt64

    /// Parameters of a network.
    ///
    /// - Parameters:
    ///   - architecture: Its extents.
    ///   - seed: Which numbers.
    public init(_ architecture: ConvNeXtArchitecture, seed: UInt64) {
        parameters = Dictionary(
            uniqueKeysWithValues: architecture.parameters.enumerated().map { ($1.name, ($0, $1.count)) })
        self.seed = seed
    }

    /// A parameter's values.
    ///
    /// - Parameter name: As torchvision has it.
    /// - Returns: In torchvision's layout.
    public func values(of name: String) -> [Float] {
        guard let (number, count) = parameters[name] else { preconditionFailure("no parameter \(name)") }
        if name.hasSuffix("layer_scale") { return [Float](repeating: 1e-6, count: count) }
        if name.hasSuffix("bias") { return [Float](repeating: 0, count: count) }
        let isNorm =
            ["features.0.1.", ".block.2.", "classifier.0."].contains { name.contains($0) } || isDownsamplingNorm(name)
        if isNorm { return [Float](repeating: 1, count: count) }
        var random = SplitMix64(seed: seed, stream: UInt64(number))
        // Box and Muller 1958; 1 - u, since the logarithm of 0 is none.
        return (0..<count).map { _ in
            let (u, v) = (1 - random.nextUnit(), random.nextUnit())
            return Float(0.02 * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
    }

    /// features.2, 4 and 6 begin with a norm.
    private func isDownsamplingNorm(_ name: String) -> Bool {
        ["features.2.0.", "features.4.0.", "features.6.0."].contains { name.hasPrefix($0) }
    }
}

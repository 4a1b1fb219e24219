import Glibc
import MammoData
import MammoGraph

/// Random parameters to begin with, of the distributions that torchvision begins with; the numbers are not torch's.
public struct InitialWeights: Sendable {
    private let entries: [String: (number: Int, entry: ParameterSpec)]
    private let seed: UInt64

    /// Parameters of a network.
    ///
    /// - Parameters:
    ///   - architecture: What it is.
    ///   - seed: Which numbers.
    public init(_ architecture: Network, seed: UInt64) {
        entries = Dictionary(
            uniqueKeysWithValues: architecture.entries.enumerated().map { ($1.name, ($0, $1)) })
        self.seed = seed
    }

    /// An entry's values.
    ///
    /// - Parameter name: As torchvision has it.
    /// - Returns: In torchvision's layout.
    public func values(of name: String) -> [Float] {
        guard let (number, entry) = entries[name] else { preconditionFailure("no entry \(name)") }
        var random = SplitMix64(seed: seed, stream: UInt64(number))
        switch entry.initial {
        case .constant(let value): return [Float](repeating: value, count: entry.count)
        case .uniform(let bound): return (0..<entry.count).map { _ in Float((2 * random.nextUnit() - 1) * bound) }
        case .normal(let deviation):
            // Box and Muller 1958; 1 - u, since the logarithm of 0 is none.
            return (0..<entry.count).map { _ in
                let (u, v) = (1 - random.nextUnit(), random.nextUnit())
                return Float(deviation * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
            }
        }
    }
}

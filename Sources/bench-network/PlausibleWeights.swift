import MammoData
import MammoGraph
import MammoNet

/// Random parameters of which every block has a share in the logits: those that torchvision begins with, but layer scales
/// uniform from 0.1 to 1 in place of 1e-6.
struct PlausibleWeights {
    let architecture: Network
    private let initial: InitialWeights
    private let seed: UInt64

    init(_ architecture: Network, seed: UInt64) {
        self.architecture = architecture
        self.seed = seed
        initial = InitialWeights(architecture, seed: seed)
    }

    /// An entry's values, in torchvision's layout.
    func values(of name: String) -> [Float] {
        let entries = architecture.entries
        guard let number = entries.firstIndex(where: { $0.name == name }), entries[number].role == .scale else {
            return initial.values(of: name)
        }
        // A stream that `InitialWeights` leaves unused: each entry has the one of its number.
        var random = SplitMix64(seed: seed, stream: UInt64(number))
        return (0..<entries[number].count).map { _ in Float(0.1 + 0.9 * random.nextUnit()) }
    }
}

import MammoCompute
import MammoData
import MammoGraph
import MammoNet

/// Random parameters of which every block has a share in the logits, which differ from image to image: those that torchvision
/// begins with, but for three kinds.
///
/// Layer scales are uniform from 0.1 to 1 in place of 1e-6. Batch normalisations have weights uniform from 0.5 to 1.5, a fifth of
/// that at the end of a branch beside a residual, and the running statistics of a batch of simple images, so that values keep
/// their scale through a network of any depth: with means of 0 and variances of 1 they would vanish, with those of noise and
/// whole branches grow without bound on images. Behind them the head's weights are uniform within ±3/√inputs.
struct PlausibleWeights {
    let architecture: Network
    private let initial: InitialWeights
    private let seed: UInt64
    private let numbers: [String: Int]
    /// The last normalisations' weights of branches beside a residual.
    private let branchEnds: Set<String>
    /// Running statistics and counters by name.
    private var statistics: [String: [Float]] = [:]

    /// Parameters of a network.
    ///
    /// - Parameters:
    ///   - architecture: What it is.
    ///   - seed: Which random numbers.
    /// - Throws: `ComputeError` where the running statistics have no room.
    init(_ architecture: Network, seed: UInt64) throws {
        self.architecture = architecture
        self.seed = seed
        initial = InitialWeights(architecture, seed: seed)
        numbers = Dictionary(uniqueKeysWithValues: architecture.entries.enumerated().map { ($1.name, $0) })
        let branches = architecture.hasBatchNorm ? architecture.segments.filter(\.isResidual) : []
        branchEnds = Set(branches.compactMap { $0.entries.last { $0.role == .normWeight }?.name })
        if architecture.hasBatchNorm { statistics = try settled() }
    }

    /// An entry's values, in torchvision's layout.
    func values(of name: String) -> [Float] {
        if let values = statistics[name] { return values }
        guard let number = numbers[name] else { preconditionFailure("no entry \(name)") }
        let entry = architecture.entries[number]
        switch entry.role {
        case .scale: return uniform(number, 0.1...1)
        case .normWeight where branchEnds.contains(name): return uniform(number, 0.1...0.3)
        case .normWeight where architecture.hasBatchNorm: return uniform(number, 0.5...1.5)
        case .weight where architecture.hasBatchNorm && architecture.head.entries.contains(entry):
            let bound = 3 / Double(architecture.width).squareRoot()
            return uniform(number, -bound...bound)
        default: return initial.values(of: name)
        }
    }

    private func uniform(_ number: Int, _ range: ClosedRange<Double>) -> [Float] {
        // A stream that `InitialWeights` leaves unused: each entry has the one of its number.
        var random = SplitMix64(seed: seed, stream: UInt64(number))
        let width = range.upperBound - range.lowerBound
        return (0..<architecture.entries[number].count).map { _ in
            Float(range.lowerBound + width * random.nextUnit())
        }
    }

    /// The running statistics after a batch of which they take all. The kernels for every processor compute them, so that the
    /// same seed gives the same bytes everywhere.
    private func settled() throws -> [String: [Float]] {
        let device = CPUDevice(threads: 2, kernels: try KernelsChoice.portable.open())
        let features = architecture.features.map(\.settling)
        let shape = Shape(images: 4, rows: 160, columns: 96, channels: 3)
        var value = try device.tensor(
            SyntheticImages.discs(
                shape, SplitMix64(seed: seed, stream: UInt64(architecture.entries.count)), architecture.normalisation),
            shape)
        var statistics: [String: [Float]] = [:]
        for segment in features {
            let parameters = try segment.entries.map {
                try device.tensor(values(of: $0.name), Shape(channels: $0.count))
            }
            value = try device.plan(segment).forward(
                value, parameters, Pass(branch: .all(shape.images), keeps: false)
            ).output
            for (entry, tensor) in zip(segment.entries, parameters) where !entry.isTrained {
                statistics[entry.name] = device.read(tensor)
            }
        }
        return statistics
    }
}

extension Segment {
    /// The same segment with batch normalisations whose running statistics are those of the last batch.
    fileprivate var settling: Segment {
        Segment(
            name, prefix: prefix, stage: stage, body.settling, isResidual: isResidual, scale: scale, drop: drop)
    }
}

extension [Child] {
    fileprivate var settling: [Child] {
        map { child in
            switch child.layer {
            case .batchNorm(let norm):
                Child(child.name, .batchNorm(BatchNorm(norm.channels, epsilon: norm.epsilon, momentum: 1)))
            case .gate(let inner): Child(child.name, .gate(inner.settling))
            case .sequence(let inner): Child(child.name, .sequence(inner.settling))
            default: child
            }
        }
    }
}

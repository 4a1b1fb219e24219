import MammoGraph

/// Which gradients are summed over processes together, as soon as the backward pass has them: from the network's end to its
/// beginning, parts of at least 25 MiB, the size of PyTorch's DistributedDataParallel.
package struct GradientBuckets: Sendable {
    /// Bytes from which on gradients are not waited for any longer.
    static let least = 25 << 20

    /// A part's parameters in the network's order, and the segment after whose gradients it is complete.
    package struct Bucket: Equatable, Sendable {
        /// The segment's number.
        package let segment: Int
        /// The parameters' names.
        package let names: [String]
    }

    /// In the order in which they become complete.
    package let all: [Bucket]

    /// Those of a network of which some parameters are frozen.
    ///
    /// - Parameters:
    ///   - architecture: The network.
    ///   - frozen: How many parameters, from the first, have no gradients that anybody wants.
    package init(_ architecture: Network, frozen: Int) {
        var all: [Bucket] = []
        var (names, bytes): ([String], Int) = ([], 0)
        let first = architecture.firstSegment(after: frozen)
        let trained = Set(architecture.parameters.dropFirst(frozen).map(\.name))
        for segment in architecture.segments.indices.dropFirst(first).reversed() {
            let own = architecture.segments[segment].entries.filter { trained.contains($0.name) }
            names = own.map(\.name) + names
            bytes += own.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
            guard bytes >= Self.least || segment == first, !names.isEmpty else { continue }
            all.append(Bucket(segment: segment, names: names))
            (names, bytes) = ([], 0)
        }
        self.all = all
    }
}

import MammoGraph
import MammoNet
import Testing

/// Which gradients are summed together, of networks of real sizes.
@Suite struct GradientBucketsTests {
    @Test(arguments: ["convnext_tiny", "efficientnet_v2_s"], [0, 5, 100, 100_000])
    func parts(_ name: String, _ frozen: Int) throws {
        let network = try #require(Network.named(name))
        let buckets = GradientBuckets(network, frozen: frozen).all
        let trained = network.parameters.dropFirst(frozen)
        // From the end to the beginning each of them once, in the network's order within a part.
        #expect(buckets.reversed().flatMap(\.names) == trained.map(\.name))
        #expect(buckets.map(\.segment) == buckets.map(\.segment).sorted(by: >))
        let counts = Dictionary(uniqueKeysWithValues: trained.map { ($0.name, $0.count) })
        let bytes = buckets.map { $0.names.reduce(0) { $0 + 4 * (counts[$1] ?? 0) } }
        #expect(bytes.dropLast().allSatisfy { $0 >= 25 << 20 } && bytes.reduce(0, +) == 4 * counts.values.reduce(0, +))
        #expect(buckets.count <= bytes.reduce(0, +) / (25 << 20) + 1)
        if frozen == 0 { #expect(buckets.count == (name == "convnext_tiny" ? 4 : 3)) }
        for bucket in buckets {
            let own = network.segments[bucket.segment...].flatMap(\.entries).map(\.name)
            #expect(Set(bucket.names).isSubset(of: own), "a part waits for what it has")
        }
    }
}

import Foundation
import MammoCompute
import TestSupport
import Testing

/// Algorithms of products on an emulated card, where they differ in the order in which a sum's terms are added.
@Suite struct ProductChoicesTests {
    /// Sums whose bits depend on the order of their terms.
    private func sums(on device: CUDADevice) throws -> [Float] { try device.sums(ofDepth: 200, seed: 13) }

    private func tuned() throws -> CUDADevice { try EmulatedPlugin.card(.single, ProductOptions(isTuned: true)) }

    /// The same products with other algorithms.
    private func changed(_ choices: ProductChoices, _ algorithm: [UInt64]) -> ProductChoices {
        ProductChoices(
            place: choices.place, choices: choices.choices.map { .init(product: $0.product, algorithm: algorithm) })
    }

    @Test func choicesAreDataThatAnotherDeviceComputesBy() throws {
        let (card, plain) = (try tuned(), try EmulatedPlugin.card())
        // The first algorithm is as fast as the others.
        let expected = try sums(on: plain)
        #expect(try sums(on: card) == expected)
        let found = try #require(try card.choices())
        #expect(found.place == .init(card: "emulated device 0", architecture: "sm_80", library: "13.1.0"))
        #expect(found.place.description == "emulated device 0 (sm_80) with cuBLASLt 13.1.0")
        let one = try #require(found.choices.first)
        #expect(found.choices.count == 1 && one.product.count == 14 && one.algorithm.count == 8)
        #expect(one.product.prefix(6) == [35, 40, 200, 200, 200, 40] && one.algorithm[1] == 0)
        let nothing = (try plain.choices(), try plain.placeOfChoices())
        #expect(nothing.0 == nil && nothing.1 == nil)

        var algorithm = one.algorithm
        for number in 1...3 {
            algorithm[1] = UInt64(number)
            let others = changed(found, algorithm)
            try card.take(others)
            let other = try sums(on: card)
            #expect(other != expected && largestError(other, expected) < 1e-5)
            #expect(try card.choices() == others)
            let second = try tuned()
            try second.take(try JSONDecoder().decode(ProductChoices.self, from: JSONEncoder().encode(others)))
            #expect(try sums(on: second) == other)
        }
    }

    @Test func whatIsNoAlgorithmIsTimedAgain() throws {
        let card = try tuned()
        let expected = try sums(on: card)
        let found = try #require(try card.choices())
        for algorithm in [[UInt64](repeating: .max, count: 8), [1, 2]] {
            let second = try tuned()
            try second.take(changed(found, algorithm))
            #expect(try sums(on: second) == expected)
            #expect(try second.choices() == found)
        }
        let damaged = ProductChoices.Choice(product: [1, 2, -3], algorithm: [UInt64](repeating: 0, count: 8))
        try card.take(ProductChoices(place: found.place, choices: [damaged]))
        #expect(try card.choices() == found)
    }
}

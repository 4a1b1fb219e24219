import FoundationEssentials
import MammoCompute
import MammoData
import MammoNet

// The algorithms of a card's products, which have to be the same in a run that is resumed.
extension Trainer {
    /// The card whose products are tuned; nil where none is.
    private var tunedCard: CUDADevice? {
        (network.device as? CUDADevice).flatMap { $0.products.isTuned ? $0 : nil }
    }

    /// The algorithms that products have so far; nil where they are not tuned.
    func choices() throws(ComputeError) -> ProductChoices? { try tunedCard?.choices() }

    /// Takes over the algorithms of a run that was interrupted, or of the first process, before the first product.
    ///
    /// - Parameters:
    ///   - found: What was recorded; nil for nothing.
    ///   - path: Where.
    /// - Returns: A warning where they are of no use here, and products are timed again; nil where all is well.
    /// - Throws: `ComputeError`.
    func take(_ found: ProductChoices?, from path: String) throws(ComputeError) -> String? {
        guard let card = tunedCard, let found, let place = try card.placeOfChoices() else { return nil }
        guard found.place == place else {
            return "\(path): its products' algorithms were timed on \(found.place), and this is \(place): they are "
                + "timed again, and the run goes on with other rounding"
        }
        try card.take(found)
        return nil
    }

    /// Makes the algorithms that processes have found by themselves everybody's; of several for one product, the lowest rank's.
    /// After a step all processes have the same table, and a checkpoint has what all compute by.
    ///
    /// - Throws: `ComputeError`.
    func shareChoices() throws {
        guard group.count > 1, let card = tunedCard else { return }
        guard try group.any(try card.countOfChoices() > sharedProducts.count), let own = try card.choices() else {
            return
        }
        let found = own.choices.filter { !sharedProducts.contains($0.product) }
        var taken: [ProductChoices.Choice] = []
        for text in try group.gather(Array(JSONText.line(found).utf8)) {
            for choice in try JSONDecoder().decode([ProductChoices.Choice].self, from: Data(text))
            where sharedProducts.insert(choice.product).inserted { taken.append(choice) }
        }
        try card.take(ProductChoices(place: own.place, choices: taken))
    }
}

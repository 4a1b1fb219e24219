import MammoGraph
import MammoNet

/// What a run starts from: values of parameters, and the normalisation that they were trained with.
package struct StartingValues {
    /// An entry's values by its name.
    package let values: (String) -> [Float]
    /// How gray becomes input.
    package let normalisation: Normalisation
    /// What was decided in reading the weights.
    package let notes: [String]

    /// The values that a configuration names.
    ///
    /// - Parameters:
    ///   - configuration: Names the weights; "none" for random ones.
    ///   - architecture: What they have to fit.
    /// - Throws: `DataError`, `WeightsError` where the weights cannot be read or fit another network.
    package init(_ configuration: TrainingConfiguration, _ architecture: Network) throws {
        if configuration.weights == "none" {
            values = InitialWeights(architecture, seed: UInt64(configuration.seed)).values(of:)
            normalisation = architecture.normalisation
            notes = []
            return
        }
        var weights = try ModelWeights(try WeightsFile(path: configuration.weights))
        guard weights.architecture.name == architecture.name else {
            throw WeightsError.misfit(
                path: configuration.weights,
                reason: "is a \(weights.architecture.family) \(weights.architecture.name), expected "
                    + "--arch \(architecture.name)")
        }
        let (found, asked) = (weights.architecture.pooling, architecture.pooling)
        guard found == asked || found == .mean else {
            throw WeightsError.misfit(
                path: configuration.weights,
                reason: "was trained with --pool \(found.rawValue), expected --pool \(asked.rawValue); "
                    + "give --pool \(found.rawValue), or weights with avg")
        }
        weights.replacePooling(by: asked)
        if weights.hasHead, weights.architecture.outputs == 2 {
            try weights.requireLogit()
        } else if !weights.hasHead || weights.architecture.outputs != 1 {
            weights.replaceHead(seed: UInt32(configuration.seed))
        }
        notes = weights.notes
        values = weights.values(of:)
        normalisation = weights.metadata.normalisation ?? architecture.normalisation
    }

    /// Zeros, where a checkpoint or another process gives the values.
    package init(zerosFor architecture: Network) {
        let counts = Dictionary(uniqueKeysWithValues: architecture.entries.map { ($0.name, $0.count) })
        values = { [Float](repeating: 0, count: counts[$0] ?? 0) }
        normalisation = architecture.normalisation
        notes = []
    }
}

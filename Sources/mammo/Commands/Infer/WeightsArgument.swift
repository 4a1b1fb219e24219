import MammoData
import MammoNet

/// What `--weights` names: weights files, or an ensemble, which names its own.
struct WeightsArgument {
    /// The weights files, in the order in which their logits are added.
    let files: [String]
    /// The ensemble; nil where weights files were named.
    let ensemble: Ensemble?
    /// The ensemble's own file; nil without one.
    let ensemblePath: String?

    /// Reads the ensemble where one is named.
    ///
    /// - Parameter paths: As given.
    /// - Throws: `DataError`, `WeightsError` where the ensemble cannot be read, or is named beside other weights.
    init(_ paths: [String]) throws {
        guard let path = paths.first(where: Ensemble.isNamed) else {
            (files, ensemble, ensemblePath) = (paths, nil, nil)
            return
        }
        guard paths.count == 1 else {
            throw WeightsError.misfit(
                path: path, reason: "is an ensemble, which predicts alone; leave the other --weights out")
        }
        let read = try Ensemble(path: path)
        (files, ensemble, ensemblePath) = (read.weights(besides: path), read, path)
    }

    /// Refuses weights that are not those that the ensemble was made of.
    ///
    /// - Parameter models: As read from `files`.
    /// - Throws: `WeightsError.misfit`.
    func check(_ models: [TrainedModel]) throws(WeightsError) {
        guard let ensemble, let ensemblePath else { return }
        for (model, member) in zip(models, ensemble.members) where model.digest != member.sha256 {
            throw .misfit(
                path: model.path,
                reason: "has SHA-256 \(model.digest.prefix(12))…, but \(ensemblePath) was made with "
                    + "\(member.sha256.prefix(12))…; restore the file, or run mammo cross-validate again")
        }
    }
}

import MammoBase
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

    /// What a decision may rest on: what the ensemble records, else what each file does.
    ///
    /// - Parameter models: As read from `files`.
    /// - Returns: At least one.
    func recorded(_ models: [TrainedModel]) -> [Decision.Recorded] {
        guard let ensemble, let ensemblePath else { return models.map { ($0.path, $0.threshold, $0.calibration) } }
        return [(ensemblePath, ensemble.threshold.value, ensemble.calibration)]
    }

    /// How many breasts of a submission are positive, beside how many had cancer where the ensemble was trained: far apart, the
    /// threshold does not fit these images.
    ///
    /// - Parameters:
    ///   - submission: Of the ensemble's predictions.
    ///   - decision: What it was decided by.
    /// - Returns: A line; nil without an ensemble or a threshold.
    func shares(of submission: Submission, _ decision: Decision) -> String? {
        guard let ensemble, decision.threshold != nil, !submission.rows.isEmpty else { return nil }
        let positive = submission.rows.count { $0.cancer == 1 }
        let share = (100 * Double(positive) / Double(submission.rows.count)).decimals(2)
        return "\(positive) of \(submission.rows.count) breasts are positive, \(share) %; in training "
            + "\((100 * ensemble.positive_rate).decimals(2)) % had cancer"
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

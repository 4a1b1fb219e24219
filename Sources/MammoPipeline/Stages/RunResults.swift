import MammoTrain

/// The results of a run. The members are named as the JSON keys are.
package struct RunResults: Encodable, Sendable {
    /// The best F1 of the fold's breasts.
    package let best_f1: Double
    /// The fold that was left out of training.
    package let fold: Int
    /// The table of the fold's logits.
    package let images: String
    /// The stages that passed over some of their inputs.
    package let incomplete: [String]
    /// The folder of everything.
    package let out: String
    /// The table of the fold's breasts.
    package let predictions: String
    /// The page of scores.
    package let report: String
    /// The file of decisions on images without labels; nil where none were given.
    package let submission: String?
    /// The threshold that has the best F1.
    package let threshold: Double
    /// The page of the training's curves.
    package let training: String
    /// The network's weights.
    package let weights: String

    /// The results of settings.
    ///
    /// - Parameters:
    ///   - settings: What was run.
    ///   - score: What was scored.
    ///   - incomplete: The stages that passed over some of their inputs.
    package init(_ settings: RunSettings, _ score: ScoreFile, incomplete: [Stage]) {
        let files = settings.files
        (fold, out, self.incomplete) = (settings.training.fold, files.out, incomplete.map(\.rawValue))
        (best_f1, threshold) = (score.bestF1, score.threshold)
        (images, predictions, report) = (files.images, files.predictions, files.report)
        (training, weights) = (files.trainingReport, files.weights)
        submission = settings.testCSV == nil ? nil : files.submission
    }

    /// Names and values, for a table.
    package var rows: [(name: String, text: String)] {
        [
            ("best F1", "\(best_f1) of breasts in fold \(fold), which was not trained on"),
            ("threshold", "\(threshold), chosen on that fold"),
            ("weights", weights), ("training", training), ("report", report), ("predictions", predictions),
            ("images", images),
        ] + (submission.map { [("submission", $0)] } ?? [])
    }
}

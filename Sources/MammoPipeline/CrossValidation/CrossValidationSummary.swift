import MammoBase
import MammoNet
import MammoScore

/// The results of a cross-validation. The members are named as the JSON keys are; scores are those of breasts.
package struct CrossValidationSummary: Encodable, Sendable {
    /// One fold.
    package struct Fold: Encodable, Sendable {
        /// The best F1 of all thresholds.
        package let best_f1: Double
        /// The threshold that has it.
        package let best_threshold: Double
        /// Its breasts.
        package let count: Int
        /// Its number.
        package let fold: Int
        /// F1 at the threshold that is best on the other folds.
        package let nested_f1: Double
        /// That threshold.
        package let nested_threshold: Double
        /// pF1 of the probabilities.
        package let pf1: Double
        /// Its breasts with cancer.
        package let positives: Int
        /// The area under the ROC curve; nil where one of the classes is not there.
        package let roc_auc: Double?
    }

    /// Average precision of all folds' breasts.
    package let average_precision: Double
    /// The file for `mammo infer`.
    package let ensemble: String
    /// By number.
    package let folds: [Fold]
    /// F1 of all folds' breasts, each fold at the threshold of the others.
    package let nested_f1: Double
    /// The table of out-of-fold predictions.
    package let oof: String
    /// The best F1 of all thresholds, chosen on the same breasts.
    package let optimistic_f1: Double
    /// The threshold that has it.
    package let optimistic_threshold: Double
    /// pF1 of the probabilities.
    package let pf1: Double
    /// The page.
    package let report: String
    /// The area under the ROC curve; nil where one of the classes is not there.
    package let roc_auc: Double?
    /// The run folders.
    package let runs: [String]
    /// The ensemble's threshold.
    package let threshold: Double

    /// The results of a cross-validation.
    package init(_ results: CrossValidationResults) {
        let (main, chosen, files) = (results.evaluation.main, results.ensemble.threshold, results.files)
        folds = results.folds.map { fold in
            let (breasts, nested) = (fold.breasts, fold.nested)
            return Fold(
                best_f1: breasts.best_f1, best_threshold: breasts.best_threshold, count: breasts.count, fold: fold.fold,
                nested_f1: nested.score, nested_threshold: nested.threshold, pf1: breasts.pf1,
                positives: breasts.positives, roc_auc: breasts.roc_auc)
        }
        (pf1, roc_auc, average_precision) = (main.pf1, main.roc_auc, main.average_precision)
        (nested_f1, threshold) = (chosen.nested_f1, chosen.value)
        (optimistic_f1, optimistic_threshold) = (chosen.optimistic_f1, chosen.optimistic_threshold)
        (ensemble, oof, report) = (files.ensemble, files.outOfFold, files.report)
        runs = results.runs.map(\.job.path)
    }

    /// Names and values, for a table.
    package var rows: [(name: String, text: String)] {
        [
            ("F1", "\(nested_f1.decimals(4)) of breasts, each fold at the threshold of the others"),
            (
                "optimistic",
                "\(optimistic_f1.decimals(4)) at \(optimistic_threshold.decimals(4)), chosen on the same breasts"
            ),
            ("threshold", "\(threshold.decimals(6)), the ensemble's"), ("predictions", oof), ("ensemble", ensemble),
            ("report", report),
        ]
    }
}

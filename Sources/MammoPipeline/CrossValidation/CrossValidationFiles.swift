/// What lies where in the folder of `mammo cross-validate`.
package struct CrossValidationFiles: Sendable {
    /// The folder.
    package let out: String

    /// - Parameter out: The folder; slashes at its end do not matter.
    package init(out: String) { self.out = RunFiles(out: out).out }

    /// Which fold each patient is in, where the folds are made here.
    package var folds: String { "\(out)/folds.csv" }
    /// Settings and hashes of inputs.
    package var record: String { "\(out)/cross-validation.json" }
    /// The predictions of all images, each by networks that were not trained on it.
    package var outOfFold: String { "\(out)/oof.csv" }
    /// The networks and their threshold, for `mammo infer`.
    package var ensemble: String { "\(out)/ensemble.json" }
    /// The folds compared, for people.
    package var report: String { "\(out)/report.html" }
}

import MammoData
import MammoImage

extension EventFile {
    /// Adds what the run is made with, as a table of text: `configuration`.
    ///
    /// - Parameters:
    ///   - settings: Every parameter.
    ///   - step: The step that the run begins or resumes after.
    func add(_ settings: [(key: String, value: String)], step: Int) {
        let rows = settings.map { "| \($0.key) | `\($0.value.replacing("|", with: "\\\\|"))` |" }
        add(step, .text(tag: "configuration", (["| setting | value |", "|---|---|"] + rows).joined(separator: "\n")))
    }

    /// Says by what the HParams table compares runs: figures of their last epochs, and all hyperparameters, of which it shows
    /// the first five unasked.
    ///
    /// - Parameters:
    ///   - hyperparameters: What the run is made with.
    ///   - step: The step that the run begins or resumes after.
    func addExperiment(_ hyperparameters: [(name: String, value: Hyperparameter)], step: Int) {
        let metrics = ["best_f1_breast", "roc_auc_breast", "average_precision_breast", "pf1_breast", "loss"]
        add(
            step,
            .experiment(
                hyperparameters, first: ["arch", "augment", "batch_size", "fold", "lr"],
                metrics: metrics.map { "validation/\($0)" }))
    }

    /// Adds a picture.
    ///
    /// - Parameters:
    ///   - tag: As `train/first_batch`.
    ///   - image: The picture; nil for none.
    ///   - step: The run's step.
    func add(_ tag: String, _ image: GrayImage?, step: Int) {
        if let image { add(step, .picture(tag: tag, image)) }
    }

    /// Adds the precision–recall curve of an epoch's breasts: `validation/pr_breast`.
    ///
    /// - Parameters:
    ///   - curve: Of the epoch's predictions.
    ///   - step: The epoch's last step.
    func add(_ curve: PRCurve, step: Int) { add(step, .curve(tag: "validation/pr_breast", curve)) }
}

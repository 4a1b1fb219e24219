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

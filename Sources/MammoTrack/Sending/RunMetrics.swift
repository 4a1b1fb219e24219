/// What TensorBoard and MLflow call the figures of a run's tables.
package enum RunMetrics {
    /// The name of a column of steps.csv; nil where it is no figure of its own.
    ///
    /// - Parameter column: Its name there.
    /// - Returns: As `train/loss`.
    package static func tag(ofStepColumn column: String) -> String? {
        switch column {
        case "loss", "lr": "train/\(column)"
        case "seconds": "train/seconds_per_step"
        default: nil
        }
    }

    /// The name of a column of epochs.csv, of this version or an earlier one; nil where it is no figure of its own.
    ///
    /// - Parameter column: Its name there.
    /// - Returns: As `validation/best_f1_breast`.
    package static func tag(ofEpochColumn column: String) -> String? {
        switch column {
        case "steps", "lr", "best": nil
        case "epoch": "epoch/number"
        case "train_loss", "seconds", "images_per_second", "data_wait_fraction": "epoch/\(column)"
        case "validation_loss": "validation/loss"
        default:
            "validation/"
                + column.replacing("grid_pf1", with: "grid_f1").replacing("best_pf1", with: "best_f1")
        }
    }
}

/// What lies where in the folder of `mammo run`.
package struct RunFiles: Sendable {
    /// The folder.
    package let out: String

    /// - Parameter out: The folder; slashes at its end do not matter.
    package init(out: String) {
        var path = Substring(out)
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        self.out = String(path)
    }

    /// The table's rows without images that are FOR PROCESSING, where these are left out.
    package var table: String { "\(out)/presentation.csv" }
    /// The folder that split writes to.
    package var foldsFolder: String { "\(out)/folds" }
    /// Which fold each patient is in.
    package var folds: String { "\(foldsFolder)/folds.csv" }
    /// The folder of preprocessed images.
    package var png: String { "\(out)/png" }
    /// The run's folder of training.
    package var run: String { "\(out)/run" }
    /// The weights of the best epoch.
    package var weights: String { "\(run)/best.safetensors" }
    /// Curves of the training.
    package var trainingReport: String { "\(run)/report.html" }
    /// The table's rows of the fold that is left out of training.
    package var validation: String { "\(out)/validation.csv" }
    /// Their logits.
    package var images: String { "\(out)/images.csv" }
    /// The probabilities of their breasts.
    package var predictions: String { "\(out)/predictions.csv" }
    /// Their scores, for people.
    package var report: String { "\(out)/report.html" }
    /// Their scores, for programs.
    package var score: String { "\(out)/score.json" }
    /// The logits of the images without labels.
    package var testImages: String { "\(out)/test-images.csv" }
    /// The decisions on their breasts.
    package var submission: String { "\(out)/submission.csv" }
    /// The folder of what each stage was made with.
    package var stages: String { "\(out)/stages" }

    /// What a stage was made with.
    package func record(of stage: Stage) -> String { "\(stages)/\(stage.rawValue).json" }
}

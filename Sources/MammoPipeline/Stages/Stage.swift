/// The stages of `mammo run`, in their order.
package enum Stage: String, CaseIterable, Sendable {
    /// The table is cut into folds.
    case split
    /// DICOM files become PNGs.
    case preprocess
    /// A network is trained without one fold.
    case train
    /// The fold that was left out is predicted.
    case infer
    /// The predictions are scored.
    case score
    /// Images without labels are predicted, and the submission is checked.
    case submission

    /// The stages that settings ask for.
    package static func all(of settings: RunSettings) -> [Stage] {
        allCases.filter { $0 != .submission || settings.testCSV != nil }
    }

    /// The files that are there when the stage is done; the first of them is there, or a part of it, once it has begun.
    func products(_ settings: RunSettings) -> [String] {
        let files = settings.files
        return switch self {
        case .split: [files.folds] + (settings.presentationOnly ? [files.table] : [])
        case .preprocess: [files.png]
        case .train: [files.run, files.weights]
        case .infer: [files.images, files.predictions]
        case .score: [files.score, files.report]
        case .submission: [files.testImages, files.submission]
        }
    }

    /// The keys whose values its results depend on. What changes no number, such as `threads`, is none of them, and where
    /// files lie neither: what is in them counts.
    var keys: [RunKey] {
        switch self {
        case .split: RunKey.training.filter { ["folds", "shuffle_seed"].contains($0.name) } + Self.presentation
        case .preprocess: RunKey.pixels
        case .train: RunKey.learning
        case .infer: Self.prediction
        case .submission: Self.prediction + Self.presentation
        case .score: []
        }
    }

    private static let prediction = RunKey.all.filter { ["tta", "device", "amp", "tf32"].contains($0.name) }
    private static let presentation = RunKey.all.filter { $0.name == "presentation_only" }
}

import MammoBase
import MammoChart

/// An evaluation as one HTML file that needs nothing else: no script, no font, no network.
public struct ReportPage: Sendable {
    /// The file's text.
    public let html: String

    /// Makes the page.
    ///
    /// - Parameters:
    ///   - evaluation: What is shown.
    ///   - problems: What could not be used, a line each; the first twenty are shown.
    ///   - predictions: The name of the file that was scored.
    ///   - labels: The name of the labels' file; nil where the predictions brought them along.
    ///   - pictures: PNG files of the worst cases' images, by `WorstCase.files`; without any there is no gallery.
    public init(
        _ evaluation: Evaluation, problems: [String], predictions: String, labels: String?,
        pictures: [String: [UInt8]] = [:]
    ) {
        let lines = Self.notes(evaluation, problems)
        html = Page.html(
            title: "Scores of \(predictions)",
            body: [
                Page.heading("Scores of \(predictions)", Self.source(evaluation, predictions, labels)),
                Page.warnings(lines),
                Page.section("tiles", Self.tiles(evaluation)), Page.section("charts", ReportPlots(evaluation).cards),
                Page.section("tables", Self.gallery(evaluation, pictures) + evaluation.tables.map(Page.table)),
            ])
    }

    /// The worst cases with their images.
    private static func gallery(_ evaluation: Evaluation, _ pictures: [String: [UInt8]]) -> [String] {
        guard !pictures.isEmpty else { return [] }
        let entries = evaluation.worst.map { worst in
            Page.GalleryEntry(
                title: "\(worst.outcome.rawValue) \(worst.id)",
                note: "score \(worst.score.decimals(4)), error \(worst.error.decimals(4))",
                pictures: zip(worst.files, worst.images).compactMap { file, image in
                    pictures[file].map { (png: $0, name: image) }
                })
        }
        let threshold = evaluation.main.at_threshold.threshold.decimals(4)
        return [Page.gallery(title: "The largest errors at threshold \(threshold)", entries)]
    }

    private static func source(_ evaluation: Evaluation, _ predictions: String, _ labels: String?) -> String {
        "\(predictions) against \(labels ?? "its own labels"). Unit: \(evaluation.unitName), \(evaluation.main.count), "
            + "\(evaluation.main.positives) positive."
    }

    private static func notes(_ evaluation: Evaluation, _ problems: [String]) -> [String] {
        var lines = evaluation.warnings
        lines += problems.prefix(20)
        if problems.count > 20 { lines.append("and \(problems.count - 20) more that could not be used or are missing") }
        return lines
    }

    private static func tiles(_ evaluation: Evaluation) -> [String] {
        let (main, f) = (evaluation.main, evaluation.fName)
        var tiles: [(String, String)] = [
            (main.at_threshold.f1.decimals(4), "\(f) at the threshold"),
            (main.at_threshold.threshold.decimals(4), "threshold"),
            (main.pf1.decimals(4), "p\(f)"),
            (main.roc_auc.map { $0.decimals(4) } ?? "–", "ROC-AUC"),
            (main.average_precision.decimals(4), "average precision"),
            ("\((100 * main.at_threshold.recall_rate).decimals(2)) %", "recall rate"),
        ]
        if let nested = evaluation.nested {
            tiles.insert((nested.pooled.decimals(4), "\(f), threshold from other folds"), at: 1)
        } else if let best = evaluation.bootstrap?.leftOutMean {
            tiles.insert((best.decimals(4), "out-of-bag \(f)"), at: 1)
        }
        return tiles.map { Page.tile($0.0, $0.1) }
    }
}

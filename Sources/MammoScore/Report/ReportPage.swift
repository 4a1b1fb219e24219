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
    public init(_ evaluation: Evaluation, problems: [String], predictions: String, labels: String?) {
        let title = "Scores of \(predictions)"
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Markup.escaped(title))</title>
            <style>
            \(ReportStyle.css)
            </style>
            </head>
            <body>
            <h1>Scores</h1>
            <p class="soft">\(Markup.escaped(Self.source(evaluation, predictions, labels)))</p>
            \(Self.notes(evaluation, problems))
            <section class="tiles">
            \(Self.tiles(evaluation))
            </section>
            <section class="charts">
            \(Self.charts(evaluation))
            </section>
            <section class="tables">
            \(evaluation.tables.map(Self.table).joined(separator: "\n"))
            </section>
            </body>
            </html>

            """
    }

    private static func source(_ evaluation: Evaluation, _ predictions: String, _ labels: String?) -> String {
        "\(predictions) against \(labels ?? "its own labels"). Unit: \(evaluation.unitName), \(evaluation.main.count), "
            + "\(evaluation.main.positives) positive."
    }

    private static func notes(_ evaluation: Evaluation, _ problems: [String]) -> String {
        var lines = evaluation.warnings
        lines += problems.prefix(20)
        if problems.count > 20 { lines.append("and \(problems.count - 20) more that could not be used or are missing") }
        return lines.map { "<p class=\"warning\">\(Markup.escaped($0))</p>" }.joined(separator: "\n")
    }

    private static func tiles(_ evaluation: Evaluation) -> String {
        let (main, f) = (evaluation.main, evaluation.fName)
        var tiles: [(String, String)] = [
            (main.at_threshold.f.decimals(4), "\(f) at the threshold"),
            (main.at_threshold.threshold.decimals(4), "threshold"),
            (main.pf1.decimals(4), "p\(f), as predicted"),
            (main.roc_auc.map { $0.decimals(4) } ?? "–", "ROC-AUC"),
            (main.average_precision.decimals(4), "average precision"),
            ("\((100 * main.at_threshold.recall_rate).decimals(2)) %", "recall rate"),
        ]
        if let nested = evaluation.nested {
            tiles.insert((nested.pooled.decimals(4), "\(f), threshold from other folds"), at: 1)
        } else if let best = evaluation.bootstrap?.leftOutMean {
            tiles.insert((best.decimals(4), "\(f) of patients not drawn"), at: 1)
        }
        return tiles.map { "<div class=\"tile\"><b>\($0.0)</b><span>\(Markup.escaped($0.1))</span></div>" }
            .joined(separator: "\n")
    }

    private static func charts(_ evaluation: Evaluation) -> String {
        ReportPlots(evaluation).all.map { plot, note in
            let key =
                plot.bars.isEmpty
                ? ""
                : "<span class=\"key\"><i style=\"background:var(--other)\"></i>negative"
                    + "<i style=\"background:var(--accent)\"></i>positive</span>"
            return "<div class=\"card\"><h2>\(Markup.escaped(plot.title))</h2>\n\(plot.svg)\n"
                + "<p class=\"note-line\">\(Markup.escaped(note))\(key)</p></div>"
        }.joined(separator: "\n")
    }

    private static func table(_ table: SummaryTable) -> String {
        let header = table.header.map { "<th>\(Markup.escaped($0))</th>" }.joined()
        let rows = table.rows.map { row in
            "<tr>" + row.map { "<td>\(Markup.escaped($0))</td>" }.joined() + "</tr>"
        }
        return
            "<div class=\"card\"><h2>\(Markup.escaped(table.title))</h2><div class=\"scroll\"><table><thead><tr>\(header)"
            + "</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div></div>"
    }
}

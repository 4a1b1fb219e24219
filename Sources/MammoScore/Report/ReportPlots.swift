import MammoBase
import MammoChart

/// The charts of a report.
package struct ReportPlots {
    private let evaluation: Evaluation
    private let curves: Curves
    private let threshold: Double
    /// How many columns show values.
    private static let columns = 50

    package init(_ evaluation: Evaluation) {
        self.evaluation = evaluation
        curves = Curves(evaluation.ranking, beta: evaluation.options.beta)
        threshold = evaluation.main.at_threshold.threshold
    }

    /// For a page, in the order they are shown.
    package var cards: [String] {
        all.map { plot, note in
            Page.chart(plot, note: note, key: plot.bars.isEmpty ? [] : [("negative", "other"), ("positive", "accent")])
        }
    }

    /// In the order they are shown, with a sentence on each.
    package var all: [(plot: Plot, note: String)] {
        let at = evaluation.main.at_threshold
        return [
            (
                thresholds,
                "Positive is what is greater than the threshold. The line is the chosen one, "
                    + "\(threshold.decimals(4)). Small dots: the grid of \(evaluation.options.grid)."
            ),
            (
                precisionRecall,
                "Average precision \(evaluation.main.average_precision.decimals(4)). The dot is the chosen threshold; "
                    + "dashed: the base rate, \((100 * evaluation.cases.set.baseRate).decimals(2)) %."
            ),
            (
                roc,
                "Area \(evaluation.main.roc_auc.map { $0.decimals(4) } ?? "not defined"). The dot is the chosen threshold: "
                    + "sensitivity \(at.recall.decimals(3)), specificity \(at.specificity.decimals(3))."
            ),
            (
                recallRate,
                "How much of the cancer is found where so many are called back. The dot is the chosen threshold: "
                    + "\((100 * at.recall_rate).decimals(2)) % called back."
            ),
            (calibration, "Ten bins of equal width; the dashed line is what perfectly calibrated predictions give."),
            (histogram, "Each class is normalised separately: positives are few, negatives many."),
        ]
    }

    private var thresholds: Plot {
        let f = evaluation.fName
        var plot = Plot(title: "\(f) against threshold", x: Axis("threshold"), y: Axis(f))
        let edges = [evaluation.main.best_threshold_lower, threshold]
        let places = ((0...400).map { Double($0) / 400 } + edges).sorted()
        let points = places.map { Plot.Point(x: $0, y: curves.at($0).f) }
        plot.y.to = Self.rounded(points.map(\.y).max() ?? 0)
        plot.curves = [.init(points: points, style: "curve")]
        plot.line = threshold
        if evaluation.options.grid >= 0.01 {
            let grid = stride(from: 0, to: 1, by: evaluation.options.grid)
            plot.marks = grid.map { .init(at: .init(x: $0, y: curves.at($0).f), radius: 2.5, style: "small") }
        }
        let at = evaluation.main.at_threshold
        plot.marks.append(.init(at: .init(x: threshold, y: at.f1), text: at.f1.decimals(4), style: "dot"))
        plot.hovers = Self.bands.map { from, to in
            let middle = (from + to) / 2
            let here = curves.at(middle)
            return .init(
                from: from, to: to, at: .init(x: middle, y: here.f),
                lines: [
                    "above \(middle.decimals(2)): \(f) \(here.f.decimals(3))",
                    "precision \(here.precision.decimals(3))", "recall \(here.recall.decimals(3))",
                ])
        }
        return plot
    }

    private var precisionRecall: Plot {
        var plot = Plot(title: "Precision and recall", x: Axis("recall"), y: Axis("precision"))
        let rate = evaluation.cases.set.baseRate
        let points = curves.operating.map { Plot.Point(x: $0.recall, y: $0.precision) }
        plot.curves = [
            .init(points: [.init(x: 0, y: rate), .init(x: 1, y: rate)], style: "dashed"),
            .init(points: points, style: "curve"),
        ]
        let at = evaluation.main.at_threshold
        plot.marks = [.init(at: .init(x: at.recall, y: at.precision), style: "dot")]
        plot.hovers = hovers(by: \.recall) { point in
            (
                .init(x: point.recall, y: point.precision),
                ["recall \(point.recall.decimals(3))", "precision \(point.precision.decimals(3))"]
            )
        }
        return plot
    }

    private var roc: Plot {
        var plot = Plot(title: "ROC", x: Axis("1 − specificity"), y: Axis("sensitivity"))
        let points =
            [Plot.Point(x: 0, y: 0)] + curves.operating.map { Plot.Point(x: $0.falsePositiveRate, y: $0.recall) }
        plot.curves = [
            .init(points: [.init(x: 0, y: 0), .init(x: 1, y: 1)], style: "dashed"),
            .init(points: points, style: "curve"),
        ]
        let at = evaluation.main.at_threshold
        plot.marks = [.init(at: .init(x: 1 - at.specificity, y: at.recall), style: "dot")]
        plot.hovers = hovers(by: \.falsePositiveRate) { point in
            (
                .init(x: point.falsePositiveRate, y: point.recall),
                ["specificity \((1 - point.falsePositiveRate).decimals(3))", "sensitivity \(point.recall.decimals(3))"]
            )
        }
        return plot
    }

    private var recallRate: Plot {
        var plot = Plot(title: "Sensitivity against recall rate", x: Axis("recall rate"), y: Axis("sensitivity"))
        let points = [Plot.Point(x: 0, y: 0)] + curves.operating.map { Plot.Point(x: $0.recallRate, y: $0.recall) }
        plot.curves = [
            .init(points: [.init(x: 0, y: 0), .init(x: 1, y: 1)], style: "dashed"),
            .init(points: points, style: "curve"),
        ]
        let at = evaluation.main.at_threshold
        plot.marks = [.init(at: .init(x: at.recall_rate, y: at.recall), style: "dot")]
        plot.hovers = hovers(by: \.recallRate) { point in
            (
                .init(x: point.recallRate, y: point.recall),
                [
                    "called back \((100 * point.recallRate).decimals(1)) %",
                    "sensitivity \(point.recall.decimals(3))",
                ]
            )
        }
        return plot
    }

    private var calibration: Plot {
        var plot = Plot(title: "Calibration", x: Axis("mean prediction"), y: Axis("share of positives"))
        let bins = evaluation.calibration.bins.compactMap { bin -> (Calibration.Bin, Plot.Point)? in
            guard let mean = bin.meanScore, let rate = bin.rate else { return nil }
            return (bin, .init(x: mean, y: rate))
        }
        plot.curves = [
            .init(points: [.init(x: 0, y: 0), .init(x: 1, y: 1)], style: "dashed"),
            .init(points: bins.map(\.1), style: "curve"),
        ]
        plot.marks = bins.map { .init(at: $0.1, style: "dot") }
        plot.hovers = bins.map { bin, point in
            .init(
                from: bin.lower, to: bin.upper, at: point,
                lines: [
                    "predicted \(point.x.decimals(3))", "observed \(point.y.decimals(3))",
                    "\(bin.positives) of \(bin.count)",
                ])
        }
        return plot
    }

    private var histogram: Plot {
        var plot = Plot(title: "Scores by class", x: Axis("prediction"), y: Axis("share of its class"))
        let (set, bins) = (evaluation.cases.set, 20)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: bins), count: 2)
        for (label, score) in zip(set.labels, set.scores) {
            counts[label ? 1 : 0][min(bins - 1, Int(score * Double(bins)))] += 1
        }
        let totals = [max(1, set.count - set.positives), max(1, set.positives)]
        let width = 1 / Double(bins)
        func share(_ label: Int, _ bin: Int) -> Double { Double(counts[label][bin]) / Double(totals[label]) }
        for bin in 0..<bins {
            let from = Double(bin) * width
            plot.bars.append(
                .init(from: from + 0.1 * width, to: from + 0.48 * width, height: share(0, bin), style: "negative"))
            plot.bars.append(
                .init(from: from + 0.52 * width, to: from + 0.9 * width, height: share(1, bin), style: "positive"))
            plot.hovers.append(
                .init(
                    from: from, to: from + width,
                    at: .init(x: from + width / 2, y: max(share(0, bin), share(1, bin))),
                    lines: [
                        "\(from.decimals(2)) to \((from + width).decimals(2))",
                        "negative \(counts[0][bin]), \((100 * share(0, bin)).decimals(1)) %",
                        "positive \(counts[1][bin]), \((100 * share(1, bin)).decimals(1)) %",
                    ]))
        }
        plot.y.to = Self.rounded(plot.bars.map(\.height).max() ?? 0)
        plot.line = threshold
        return plot
    }

    private static var bands: [(Double, Double)] {
        (0..<columns).map { (Double($0) / Double(columns), Double($0 + 1) / Double(columns)) }
    }

    /// For each column of the x axis the curve's point that is nearest to its middle, if one is near.
    private func hovers(
        by x: KeyPath<Curves.Operating, Double>, _ show: (Curves.Operating) -> (Plot.Point, [String])
    ) -> [Plot.Hover] {
        Self.bands.compactMap { from, to in
            let middle = (from + to) / 2
            guard
                let nearest = curves.operating.min(by: {
                    abs($0[keyPath: x] - middle) < abs($1[keyPath: x] - middle)
                })
            else { return nil }
            let (point, lines) = show(nearest)
            return .init(from: from, to: to, at: point, lines: lines + ["from score \(nearest.score.decimals(3)) up"])
        }
    }

    /// Where an axis for values up to `maximum` ends: the next tenth, or the next hundredth of small ones.
    private static func rounded(_ maximum: Double) -> Double {
        if maximum <= 0 { return 1 }
        let step = maximum > 0.2 ? 0.1 : 0.02
        return min(1, ((maximum * 1.08) / step).rounded(.up) * step)
    }
}

import MammoBase
import MammoChart

/// The charts of a run.
package struct RunPlots {
    /// A chart, a sentence on it, and what its colours are.
    package typealias Chart = (plot: Plot, note: String, key: [(name: String, colour: String)])

    private let steps: [StepRecord]
    private let epochs: [EpochRecord]
    private let best: EpochRecord?
    /// How many columns show values.
    private static let columns = 60
    /// How many stretches a curve of steps is thinned to.
    private static let stretches = 400

    package init(steps: [StepRecord], epochs: [EpochRecord]) {
        (self.steps, self.epochs) = (steps, epochs)
        best = epochs.last(where: \.isBest)
    }

    /// In the order they are shown; those of epochs once there is one.
    package var all: [Chart] {
        (steps.isEmpty ? [] : [loss, learningRate]) + (epochs.isEmpty ? [] : [losses, f1, ranking, speed])
    }

    // By step.

    private var stepAxis: Axis {
        Axis("step", from: Double(steps.first?.step ?? 0), to: Double(steps.last?.step ?? 1), isWhole: true)
    }

    private var loss: Chart {
        let values = steps.map(\.loss)
        let span = max(5, Double(steps.count) / 50)
        let smoothed = Thinning.smoothed(values, span: span)
        let top = max(Thinning.most(values), smoothed.filter(\.isFinite).max() ?? 0)
        var plot = Plot(title: "Training loss", x: stepAxis, y: .upTo(top, "loss"))
        plot.curves = [curve(values, "faint"), curve(smoothed, "curve")]
        plot.hovers = stepHovers(smoothed) { step, place in
            [
                "step \(step.step), epoch \(step.epoch)", "loss \(step.loss.decimals(4))",
                "mean \(smoothed[place].decimals(4))",
            ]
        }
        let count = values.count { !$0.isFinite }
        let note =
            "Each step's, and its mean over about \(span.decimals(0)) steps."
            + (count > 0 ? " \(count.of("step")) had a loss that is not finite." : "")
        return (plot, note, [])
    }

    private var learningRate: Chart {
        let rates = steps.map(\.lr)
        var plot = Plot(title: "Learning rate", x: stepAxis, y: .upTo(rates.max() ?? 0, "learning rate"))
        plot.curves = [curve(rates, "curve")]
        plot.hovers = stepHovers(rates) { step, _ in
            ["step \(step.step), epoch \(step.epoch)", "lr \(Self.short(step.lr))"]
        }
        return (plot, "What each step was made with.", [])
    }

    private func curve(_ values: [Double], _ style: String) -> Plot.Curve {
        let places = Thinning.extremes(values, stretches: Self.stretches)
        return .init(points: places.map { .init(x: Double(steps[$0].step), y: values[$0]) }, style: style)
    }

    /// A column shows the step in its middle.
    private func stepHovers(_ values: [Double], _ lines: (StepRecord, Int) -> [String]) -> [Plot.Hover] {
        let count = min(Self.columns, steps.count)
        let axis = stepAxis
        let width = (axis.to - axis.from) / Double(count)
        return (0..<count).compactMap { column in
            let place = (2 * column + 1) * steps.count / (2 * count)
            guard values[place].isFinite else { return nil }
            let from = axis.from + Double(column) * width
            return .init(
                from: from, to: from + width, at: .init(x: Double(steps[place].step), y: values[place]),
                lines: lines(steps[place], place))
        }
    }

    // By epoch.

    private var epochAxis: Axis {
        let (first, last) = (Double(epochs.first?.epoch ?? 1), Double(epochs.last?.epoch ?? 1))
        // One epoch is a dot in the middle.
        return Axis(
            "epoch", from: first == last ? first - 1 : first, to: first == last ? last + 1 : last, isWhole: true)
    }

    /// A figure by epoch, and how it is shown.
    private struct Series {
        var name: String
        var style: String
        var value: (EpochRecord) -> Double?
        var key: (name: String, colour: String) { (name, style) }
    }

    private var losses: Chart {
        let series = [
            Series(name: "validation", style: "curve") { $0.validationLoss },
            Series(name: "training", style: "second") { $0.trainLoss },
        ]
        let top = series.flatMap { one in epochs.compactMap(one.value) }.filter(\.isFinite).max() ?? 0
        return chart("Loss by epoch", .upTo(top, "loss"), series, "Training's is the mean of the epoch's steps.")
    }

    private var f1: Chart {
        let series = [
            Series(name: "breasts, best threshold", style: "curve") { $0.breasts.bestF1 },
            Series(name: "breasts, grid", style: "second") { $0.breasts.gridF1 },
            Series(name: "images, best threshold", style: "third") { $0.images.bestF1 },
        ]
        let top = series.flatMap { one in epochs.compactMap(one.value) }.max() ?? 0
        var axis = Axis.upTo(top, "F1")
        axis.to = min(axis.to, 1)
        return chart(
            "F1 on the validation fold", axis, series,
            "At the best of all thresholds and of the twenty of the grid; chosen on the same images, so flattering.")
    }

    private var ranking: Chart {
        let series = [
            Series(name: "AUC, breasts", style: "curve") { $0.breasts.areaUnderROC },
            Series(name: "AUC, images", style: "third") { $0.images.areaUnderROC },
            Series(name: "average precision, breasts", style: "second") { $0.breasts.averagePrecision },
        ]
        return chart("Ranking on the validation fold", Axis("area"), series, "Whatever the threshold.")
    }

    private var speed: Chart {
        let series = [Series(name: "images a second", style: "curve") { $0.imagesPerSecond }]
        let top = epochs.map(\.imagesPerSecond).filter(\.isFinite).max() ?? 0
        return chart("Speed", .upTo(top, "images a second"), series, "Of training, without validation.", digits: 2)
    }

    private func chart(
        _ title: String, _ y: Axis, _ series: [Series], _ note: String, digits: Int = 4
    ) -> Chart {
        var plot = Plot(title: title, x: epochAxis, y: y)
        // The first of them is drawn last, above the others.
        for one in series.reversed() {
            let points = epochs.compactMap { epoch in
                one.value(epoch).flatMap { $0.isFinite ? Plot.Point(x: Double(epoch.epoch), y: $0) : nil }
            }
            plot.curves.append(.init(points: points, style: one.style))
        }
        if let first = series.first {
            for epoch in epochs {
                guard let value = first.value(epoch), value.isFinite else { continue }
                let isBest = epoch == best
                plot.marks.append(
                    .init(
                        at: .init(x: Double(epoch.epoch), y: value), radius: isBest ? 4.5 : 2.5,
                        text: isBest ? "\(value.decimals(digits)), epoch \(epoch.epoch)" : "",
                        style: isBest ? "dot" : "small"))
                plot.hovers.append(hover(epoch, value, series, plot.x, digits))
            }
        }
        plot.line = best.map { Double($0.epoch) }
        return (plot, note, series.map(\.key))
    }

    private func hover(
        _ epoch: EpochRecord, _ value: Double, _ series: [Series], _ axis: Axis, _ digits: Int
    ) -> Plot.Hover {
        let place = Double(epoch.epoch)
        return .init(
            from: max(place - 0.5, axis.from), to: min(place + 0.5, axis.to), at: .init(x: place, y: value),
            lines: ["epoch \(epoch.epoch)"]
                + series.map { one in "\(one.name) \(one.value(epoch).map { $0.decimals(digits) } ?? "–")" })
    }

    /// A learning rate in four digits: 4.998e-05.
    static func short(_ rate: Double) -> String {
        guard rate > 0, rate < 0.001 else { return rate.decimals(6) }
        var (power, mantissa) = (0, rate)
        while mantissa < 1 { (power, mantissa) = (power + 1, mantissa * 10) }
        return "\(mantissa.decimals(3))e-\(power)"
    }
}

import MammoBase
import MammoChart

/// Charts with a curve for each of several runs.
package struct RunOverlay {
    private let runs: [ComparedRun]
    /// How many runs a key and a column's values name.
    private static let mostNamed = 8
    /// How many stretches a curve of steps is thinned to.
    private static let stretches = 200
    /// How many columns show values.
    private static let columns = 40

    /// Charts of runs, in this order.
    package init(_ runs: [ComparedRun]) { self.runs = runs }

    /// In the order they are shown; nothing where no run has an epoch.
    package var all: [RunPlots.Chart] {
        let byStep = runs.contains { !$0.steps.isEmpty } ? [trainingLoss, learningRate] : []
        guard runs.contains(where: { !$0.epochs.isEmpty }) else { return byStep }
        return byStep + [
            validationLoss,
            byEpoch("Best F1 of breasts", "F1", most: 1, "At the best of all thresholds of each epoch.") {
                $0.breasts.bestF1
            },
            byEpoch("ROC-AUC of breasts", "area", most: 1, "Whatever the threshold.") { $0.breasts.areaUnderROC },
            byEpoch("Average precision of breasts", "precision", most: 1, "Whatever the threshold.") {
                $0.breasts.averagePrecision
            },
        ]
    }

    /// The validation loss of each run.
    package var validationLoss: RunPlots.Chart {
        byEpoch("Validation loss", "loss", most: .infinity, "The dots are the epochs whose weights were kept.") {
            $0.validationLoss
        }
    }

    // By step.

    private var trainingLoss: RunPlots.Chart {
        let means = runs.map { run in
            Thinning.smoothed(run.steps.map(\.loss), span: max(5, Double(run.steps.count) / 50))
        }
        let top = means.flatMap { $0 }.filter(\.isFinite).max() ?? 0
        return byStep("Training loss", .upTo(top, "loss"), means, "Means over about a fiftieth of a run's steps.") {
            $0.decimals(4)
        }
    }

    private var learningRate: RunPlots.Chart {
        let rates = runs.map { $0.steps.map(\.lr) }
        let top = rates.flatMap { $0 }.max() ?? 0
        return byStep(
            "Learning rate", .upTo(top, "learning rate"), rates, "What each step was made with.", RunPlots.short)
    }

    private func byStep(
        _ title: String, _ y: Axis, _ values: [[Double]], _ note: String, _ text: (Double) -> String
    ) -> RunPlots.Chart {
        let last = runs.compactMap(\.steps.last?.step).max() ?? 1
        var plot = Plot(title: title, x: Axis("step", from: 1, to: Double(max(last, 2)), isWhole: true), y: y)
        for (place, run) in runs.enumerated() {
            let kept = Thinning.extremes(values[place], stretches: Self.stretches)
            plot.curves.append(
                .init(
                    points: kept.map { .init(x: Double(run.steps[$0].step), y: values[place][$0]) },
                    style: SeriesColour.curve(place)))
        }
        let width = (plot.x.to - plot.x.from) / Double(Self.columns)
        for column in 0..<Self.columns {
            let from = plot.x.from + Double(column) * width
            let step = Int((from + width / 2).rounded())
            let found = runs.indices.compactMap { place in
                runs[place].steps.firstIndex { $0.step >= step }.map { (place, values[place][$0]) }
            }
            guard let first = found.first else { continue }
            plot.hovers.append(
                .init(
                    from: from, to: from + width, at: .init(x: Double(step), y: first.1),
                    lines: ["step \(step)"]
                        + found.prefix(Self.mostNamed).map { "\(runs[$0.0].name) \(text($0.1))" }))
        }
        return (plot, note, key)
    }

    // By epoch.

    private func byEpoch(
        _ title: String, _ label: String, most: Double, _ note: String, _ value: (EpochRecord) -> Double?
    ) -> RunPlots.Chart {
        let last = runs.compactMap(\.epochs.last?.epoch).max() ?? 1
        let values = runs.flatMap { $0.epochs.compactMap(value) }.filter(\.isFinite).sorted()
        // A first epoch that is far off would hide what follows.
        let top = values.isEmpty ? 0 : min(values[values.count - 1], 4 * values[values.count / 2])
        var axis = Axis.upTo(top, label)
        axis.to = min(axis.to, most)
        let x = Axis("epoch", from: last == 1 ? 0 : 1, to: Double(max(last, 2)), isWhole: true)
        var plot = Plot(title: title, x: x, y: axis)
        for (place, run) in runs.enumerated() {
            let points = run.epochs.compactMap { epoch in
                value(epoch).flatMap { $0.isFinite ? Plot.Point(x: Double(epoch.epoch), y: min($0, top)) : nil }
            }
            plot.curves.append(.init(points: points, style: SeriesColour.curve(place)))
            if let best = run.best, let height = value(best), height.isFinite {
                plot.marks.append(
                    .init(at: .init(x: Double(best.epoch), y: min(height, top)), style: SeriesColour.dot(place)))
            }
        }
        for epoch in 1...last {
            let here = runs.compactMap { run in
                run.epochs.first { $0.epoch == epoch }.map { "\(run.name) \(value($0)?.decimals(4) ?? "–")" }
            }
            plot.hovers.append(
                .init(
                    from: max(x.from, Double(epoch) - 0.5), to: min(x.to, Double(epoch) + 0.5),
                    at: .init(x: Double(epoch), y: 0), lines: ["epoch \(epoch)"] + here.prefix(Self.mostNamed)))
        }
        return (plot, note, key)
    }

    private var key: [(name: String, colour: String)] {
        let named = runs.prefix(Self.mostNamed).enumerated().map { ($1.name, SeriesColour.name($0)) }
        return named + (runs.count > Self.mostNamed ? [("and \(runs.count - Self.mostNamed) more", "other")] : [])
    }
}

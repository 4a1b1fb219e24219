import MammoBase
import MammoChart

extension Evaluation {
    /// What is worth a glance: the main unit's figures in one table, with their intervals where there are some.
    public var summary: SummaryTable {
        let at = main.at_threshold
        let isGiven = options.threshold != nil
        var rows: [[String]] = []
        func add(_ name: String, _ value: Double?, _ interval: Interval? = nil, digits: Int = 4) {
            let values = bootstrap == nil ? [value] : [value, interval?.lower, interval?.upper]
            rows.append([name] + values.map { $0?.decimals(digits) ?? "–" })
        }
        add("p\(fName)", main.pf1, bootstrap?.pf1)
        add("best \(fName)", main.best_f1, bootstrap?.best)
        if isGiven { add("\(fName) at the threshold", at.f1, bootstrap?.fixed) }
        add("threshold", at.threshold, isGiven ? nil : bootstrap?.threshold, digits: 6)
        if let nested { add("\(fName), threshold from the other folds", nested.pooled) }
        if let bootstrap { add("out-of-bag \(fName)", bootstrap.leftOutMean, bootstrap.leftOut) }
        add("precision", at.precision)
        add("recall", at.recall)
        add("specificity", at.specificity)
        add("recall rate", at.recall_rate)
        add("ROC-AUC", main.roc_auc, bootstrap?.areaUnderROC)
        add("average precision", main.average_precision, bootstrap?.averagePrecision)
        let title = "Unit \(unitName): \(main.count), of which \(main.positives) positive"
        return bootstrap == nil
            ? SummaryTable(title: title, header: ["figure", "value"], rows: rows)
            : SummaryTable(
                title: "\(title); 95 % intervals of \(options.resamples) bootstrap resamples",
                header: ["figure", "value", "from", "to"], rows: rows)
    }

    /// TP, FP, FN and TN at the threshold.
    public var confusionTable: SummaryTable {
        let at = main.at_threshold
        return SummaryTable(
            title: "Unit \(unitName): confusion matrix at threshold \(at.threshold.decimals(6))",
            header: ["", "predicted positive", "predicted negative"],
            rows: [
                ["positive", "TP \(at.true_positives)", "FN \(at.false_negatives)"],
                ["negative", "FP \(at.false_positives)", "TN \(at.true_negatives)"],
            ])
    }

    /// The false negatives and false positives that are most confident; nil where none were asked for.
    public var worstTable: SummaryTable? {
        guard options.worst > 0 else { return nil }
        return SummaryTable(
            title: "Unit \(unitName): the largest errors at threshold \(main.at_threshold.threshold.decimals(6))",
            header: [main.unit, "outcome", "score", "error", "images"],
            rows: worst.map {
                [
                    $0.id, $0.outcome.rawValue, $0.score.decimals(4), $0.error.decimals(4),
                    $0.images.isEmpty ? "–" : $0.images.joined(separator: " "),
                ]
            })
    }
}

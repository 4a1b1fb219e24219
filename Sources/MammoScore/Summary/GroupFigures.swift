/// The scores of a group of cases. The members are named as the JSON keys are.
public struct GroupFigures: Encodable, Sendable {
    /// `fold`, `file`, `site`, `machine`, `view`, `density`, `age` or `implant`.
    public var attribute: String
    /// The group, as the tables name it.
    public var group: String
    /// How many there are.
    public var count: Int
    /// How many have cancer.
    public var positives: Int
    /// The mean of the scores.
    public var mean_prediction: Double
    /// pF1: of the scores as they are.
    public var pf1: Double
    /// The area under the ROC curve; nil where one of the classes is not there.
    public var roc_auc: Double?
    /// Average precision.
    public var average_precision: Double
    /// What is said at the threshold of all cases.
    public var at_threshold: Figures.AtThreshold

    /// Computes a row for each group of each attribute.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - tables: The predictions beside their labels.
    ///   - threshold: The threshold, the same in all groups.
    ///   - beta: How many times as much recall weighs as precision.
    /// - Returns: In the order of `Groups.all`.
    public static func all(
        of cases: Cases, in tables: JoinedTables, threshold: Double, beta: Double
    ) -> [GroupFigures] {
        Groups.all(of: cases, in: tables).flatMap { groups in
            groups.groups.map { name, places in
                let set = cases.set.at(places)
                let ranking = Ranking(set)
                return GroupFigures(
                    attribute: groups.attribute.rawValue, group: name, count: set.count, positives: set.positives,
                    mean_prediction: set.meanScore, pf1: ProbabilisticF.plain(set, beta: beta),
                    roc_auc: ranking.areaUnderROC, average_precision: ranking.averagePrecision,
                    at_threshold: .init(set, threshold: threshold, beta: beta))
            }
        }
    }
}

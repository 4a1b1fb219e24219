import MammoData

/// What is scored: labels and scores of one unit, and whose they are.
public struct Cases: Sendable {
    /// What each is.
    public let unit: Unit
    /// How scores were aggregated; nil where they are as predicted.
    public let aggregate: Aggregate?
    /// Labels and scores.
    public let set: ScoredSet
    /// The ids: `patient/image`, a breast's, or a patient's.
    public let ids: [String]
    /// The patient of each, as a place in `patientIDs`.
    public let patients: [Int]
    /// The patients.
    public let patientIDs: [String]
    /// Which rows of the labels each is made of.
    package let labelRows: [[Int]]

    package init(
        unit: Unit, aggregate: Aggregate?, set: ScoredSet, ids: [String], patients: [Int], patientIDs: [String],
        labelRows: [[Int]]
    ) {
        self.unit = unit
        self.aggregate = aggregate
        self.set = set
        self.ids = ids
        self.patients = patients
        self.patientIDs = patientIDs
        self.labelRows = labelRows
    }
}

import MammoData

/// What is scored: labels and scores of one unit, and whose they are.
public struct Cases: Sendable {
    /// What each is.
    public let unit: Unit
    /// How scores were aggregated; nil where they are as predicted.
    public let aggregate: Aggregate?
    /// Labels and scores.
    public let set: ScoredSet
    /// The patient of each, as a place in `patientIDs`.
    public let patients: [Int]
    /// The ids, and those of the patients.
    package let names: (cases: IDList, patients: IDList)
    /// Which rows of the labels each is made of.
    package let labelRows: RowSelection

    package init(
        unit: Unit, aggregate: Aggregate?, set: ScoredSet, names: (cases: IDList, patients: IDList), patients: [Int],
        labelRows: RowSelection
    ) {
        self.unit = unit
        self.aggregate = aggregate
        self.set = set
        self.names = names
        self.patients = patients
        self.labelRows = labelRows
    }

    /// The ids: `patient/image`, a breast's, or a patient's. They are made anew each time.
    public var ids: [String] { names.cases.texts }

    /// The patients. They are made anew each time.
    public var patientIDs: [String] { names.patients.texts }
}

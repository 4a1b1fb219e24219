/// Data sets whose tables are known. Documentation/table.md says what was consulted.
package enum TablePreset: String, CaseIterable, Sendable {
    case vindr, cbis, cmmd

    /// Which column is which.
    package var columns: ColumnMap {
        switch self {
        case .vindr:
            ColumnMap(
                patient: .init(column: "study_id"), image: .init(column: "image_id"),
                laterality: .init(column: "laterality"), view: .init(column: "view_position"),
                label: .init(column: "breast_birads"), positive: ["BI-RADS 5"],
                negative: (1...5).map { "BI-RADS \($0)" },
                file: .path(.init("images/{study_id}/{image_id}.dicom") ?? .init(column: "image_id")),
                dataset: rawValue)
        case .cbis:
            // A film with a mass and a calcification has a folder for each, under two names: a label is the film's.
            ColumnMap(
                patient: .init(column: "patient_id"), image: nil, laterality: .init(column: "left or right breast"),
                view: .init(column: "image view"), label: .init(column: "pathology"), positive: ["MALIGNANT"],
                negative: ["BENIGN", "BENIGN_WITHOUT_CALLBACK"], unit: .film,
                file: .onlyFile(ofFolder: .init(column: "image file path")), dataset: rawValue)
        case .cmmd:
            ColumnMap(
                patient: .init(column: "ID1"), image: nil, laterality: .init(column: "LeftRight"), view: nil,
                label: .init(column: "classification"), positive: ["Malignant"], negative: ["Benign"],
                file: .headers(ofFolder: .init(column: "ID1")), dataset: rawValue)
        }
    }

    /// What its tables are called, in the folder of images or the one above.
    package var tables: [String] {
        switch self {
        case .vindr: ["breast-level_annotations.csv"]
        case .cbis:
            ["mass", "calc"].flatMap { kind in ["train", "test"].map { "\(kind)_case_description_\($0)_set.csv" } }
        case .cmmd: ["CMMD_clinicaldata_revision.xlsx", "CMMD_clinicaldata_revision.csv"]
        }
    }

    /// Those of its tables that lie there; of CMMD's two forms the first.
    package func tables(near folder: String) -> [String] {
        let places = [folder, folder + "/.."]
        let found = tables.compactMap { name in places.map { "\($0)/\(name)" }.first(where: Files.isFile) }
        return self == .cmmd ? Array(found.prefix(1)) : found
    }
}

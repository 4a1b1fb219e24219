import Foundation
import MammoData

/// The demo set's files, laid out and described as other data sets have theirs.
package enum DemoSets {
    /// A row of Fixtures/train.csv.
    package struct Row: Sendable {
        package let patient: String
        package let image: String
        package let side: String
        package let view: String
        package let cancer: Bool
        /// The patient's number, from 1.
        package let number: Int

        fileprivate var file: String { Fixtures.path("train_images/\(patient)/\(image).dcm") }
    }

    /// All rows.
    package static func rows() throws -> [Row] {
        var numbers: [String: Int] = [:]
        return try Fixtures.table("train.csv").map { fields in
            let patient = fields["patient_id"] ?? ""
            let number = numbers[patient] ?? numbers.count + 1
            numbers[patient] = number
            return Row(
                patient: patient, image: fields["image_id"] ?? "", side: fields["laterality"] ?? "",
                view: fields["view"] ?? "", cancer: fields["cancer"] == "1", number: number)
        }
    }

    /// Copies a file, making folders.
    package static func copy(_ file: String, to path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/\(folder)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: file, toPath: path)
    }

    /// VinDr-Mammo: breast-level_annotations.csv and images/{study_id}/{image_id}.dicom.
    package static func vindr(in folder: String) throws {
        var text =
            "study_id,series_id,laterality,view_position,height,width,image_id,breast_birads,breast_density,split\n"
        for row in try rows() {
            text += "s\(row.patient),x,\(row.side),\(row.view),240,190,i\(row.image),"
            text += "BI-RADS \(row.cancer ? 5 : 1 + row.number % 4),DENSITY C,training\n"
            try copy(row.file, to: "\(folder)/images/s\(row.patient)/i\(row.image).dicom")
        }
        try Files.write(Array(text.utf8), to: "\(folder)/breast-level_annotations.csv")
    }

    /// The name of an image's folder in CBIS-DDSM.
    package static func cbisName(_ row: Row, kind: String = "Mass") -> String {
        "\(kind)-Training_P_\(10000 + row.number)_\(row.side == "L" ? "LEFT" : "RIGHT")_\(row.view)"
    }

    /// CBIS-DDSM as NBIA's Data Retriever lays it out: case descriptions with a row for each abnormality and line ends within
    /// cells; beside each image's folder one of its abnormality's, which is none of an image.
    package static func cbis(in folder: String) throws {
        let header =
            "patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,"
            + "mass margins,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path\n"
        var text = header
        for row in try rows() {
            let name = cbisName(row)
            func line(_ abnormality: Int, _ pathology: String) -> String {
                "P_\(10000 + row.number),3,\(row.side == "L" ? "LEFT" : "RIGHT"),\(row.view),\(abnormality),mass,OVAL,"
                    + "SPICULATED,4,\(pathology),4,\(name)/1.3.6/1.3.7/000000.dcm,\(name)_1/1.3.8/1.3.9/000001.dcm,"
                    + "\"\(name)_1/1.3.8/1.3.9/000000.dcm\n\"\n"
            }
            // The abnormality that is cancer is not the first.
            text += line(1, "BENIGN_WITHOUT_CALLBACK") + line(2, row.cancer ? "MALIGNANT" : "BENIGN")
            let inner = "07-20-2016-DDSM-NA-74994/1.000000-full mammogram images-24515"
            try copy(row.file, to: "\(folder)/CBIS-DDSM/\(name)/\(inner)/1-1.dcm")
            for image in ["1-1", "1-2"] {
                let inner = "07-20-2016-DDSM-NA-1/1.000000-ROI mask images-2"
                try copy(row.file, to: "\(folder)/CBIS-DDSM/\(name)_1/\(inner)/\(image).dcm")
            }
        }
        try Files.write(Array(text.utf8), to: "\(folder)/mass_case_description_train_set.csv")
    }

    /// CMMD: the workbook of Fixtures/tables and a folder for each patient; one file's view is a code.
    package static func cmmd(in folder: String) throws {
        var counts: [Int: Int] = [:]
        for row in try rows() {
            counts[row.number, default: 0] += 1
            let patient = "D1-000\(row.number)"
            let isCoded = row.number == 1 && row.view == "MLO" && row.side == "L"
            let inner = "07-18-2010-NA-NA-79377/1.000000-NA-70244"
            try copy(
                isCoded ? Fixtures.path("tables/view-code.dcm") : row.file,
                to: "\(folder)/CMMD/\(patient)/\(inner)/1-\(counts[row.number] ?? 0).dcm")
        }
        try copy(Fixtures.path("tables/cmmd.xlsx"), to: "\(folder)/CMMD_clinicaldata_revision.xlsx")
    }
}

import MammoDICOM
import TestSupport
import Testing

@Suite("Views by code")
struct ViewCodeTests {
    @Test("A file without ViewPosition has the view of its ViewCodeSequence; ViewPosition wins")
    func view() throws {
        #expect(try DICOMFile(path: Fixtures.path("tables/view-code.dcm")).attributes.view == "MLO")
        let row = try #require(Fixtures.table("train.csv").first)
        let path = Fixtures.path("train_images/\(row["patient_id"] ?? "")/\(row["image_id"] ?? "").dcm")
        #expect(try DICOMFile(path: path).attributes.view == row["view"])
    }
}

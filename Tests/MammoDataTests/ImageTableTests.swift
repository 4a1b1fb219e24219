import MammoData
import Testing
import TestSupport

@Suite("train.csv and test.csv")
struct ImageTableTests {
    private func table(_ text: String, _ need: ImageTable.Need = .labels) throws -> ImageTable {
        try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: need)
    }

    @Test("Columns are found by name, in any order, blanks and all")
    func columns() throws {
        let rows = try table("site, cancer ,image_id,patient_id\n1,0, 7 ,10\n1,1.0,8,10\n2,True,7,11\n").rows
        #expect(rows.map(\.relativePath) == ["10/7.dcm", "10/8.dcm", "11/7.dcm"])
        #expect(rows.map(\.cancer) == [false, true, true])
    }

    @Test("A table without labels will do where none are needed")
    func unlabelled() throws {
        #expect(try table("patient_id,image_id\n1,2\n", .images).rows.map(\.cancer) == [nil])
        #expect(try table("patient_id,image_id,cancer\n1,2,\n", .images).rows.map(\.cancer) == [nil])
    }

    @Test(
        "Refused with line and reason",
        arguments: [
            ("patient_id,image\n1,2\n", "t.csv:1: no column image_id; the columns are patient_id, image"),
            ("patient_id,image_id\n1,2\n", "t.csv:1: no column cancer; the columns are patient_id, image_id"),
            ("patient_id,image_id,patient_id,cancer\n1,2,3,0\n", "t.csv:1: column patient_id occurs twice"),
            (
                "patient_id,image_id,cancer\n1,2,0\n1,3,0\n\n1,2,0\n",
                "t.csv:5: image_id 2 of patient 1 is already on line 2"
            ),
            ("patient_id,image_id,cancer\n1,,0\n", "t.csv:2: image_id is empty"),
            ("patient_id,image_id,cancer\n ,1,0\n", "t.csv:2: patient_id is empty"),
            ("patient_id,image_id,cancer\n1,2,\n", "t.csv:2: cancer is empty, expected 0 or 1"),
            ("patient_id,image_id,cancer\n1,2,2\n", "t.csv:2: cancer is '2', expected 0 or 1"),
            ("patient_id,image_id,cancer\n..,2,0\n", "t.csv:2: patient_id '..' cannot be part of a file name"),
            ("patient_id,image_id,cancer\n1,a/b,0\n", "t.csv:2: image_id 'a/b' cannot be part of a file name"),
            ("patient_id,image_id,cancer\n", "t.csv: the table has a header and no rows"),
        ])
    func refused(_ text: String, _ says: String) throws {
        let error = #expect(throws: DataError.self) { try table(text) }
        #expect(try #require(error).description == says)
    }

    @Test("A path says where the file is; without one it is found by any ending of DICOM files, or none")
    func paths() throws {
        let folder = try TemporaryFolder()
        for name in ["a/1.dcm", "a/2.DCM", "a/3.dicom", "a/4", "x/y z.dcm"] {
            try Files.makeFolder("\(folder.path)/\(name.prefix(1))")
            try folder.write("", to: name)
        }
        let text =
            "patient_id,image_id,path\na,1,\na,2,\na,3,\na,4,\na,5,\na,6,x/y z.dcm\na,7,/abs.dcm\na,8,gone\n"
        let rows = try table(text, .images).rows
        #expect(
            rows.map { $0.location.path(in: folder.path) }
                == ["/a/1.dcm", "/a/2.DCM", "/a/3.dicom", "/a/4", "/a/5.dcm", "/x/y z.dcm"].map { folder.path + $0 }
                + ["/abs.dcm", "\(folder.path)/gone"])
        #expect(
            rows.map { $0.location.exists(in: folder.path) } == [true, true, true, true, false, true, false, false])
        #expect(rows.map(\.relativePath) == (1...8).map { "a/\($0).dcm" })
        #expect(rows.map(\.outputName) == (1...8).map { "a_\($0).png" })
    }

    @Test("Patients of two data sets are two, also where their ids are equal; an empty cell leaves ids as they are")
    func datasets() throws {
        let text =
            "patient_id,image_id,laterality,dataset,path\n1,1,L,,\n1,1,L,v,v/1\n1,2,R,c,c/2\n007,3,L,c,c/3\n7,4,R,c,c/4\n"
        let read = try table(text, .predictions)
        let rows = read.rows
        #expect(rows.map(\.patientID) == ["1", "v_1", "c_1", "c_007", "c_7"])
        #expect(rows.map(\.predictionID) == ["1_L", "v_1_L", "c_1_R", "c_007_L", "c_7_R"])
        #expect(rows.map(\.outputName).prefix(2) == ["1_1.png", "v_1_1.png"])
        #expect(rows.map(\.dataset) == [nil, "v", "c", "c", "c"])
        // In order of the sets, and in each of its numbers: c's 007 is its 7.
        #expect(read.patientNumbers() == [0, 3, 1, 2, 2])
        #expect(rows[0].location.description == "1/1.dcm" && rows[1].location.description == "v/1")
    }

    @Test(
        "Data sets and paths that would make one of two are refused",
        arguments: [
            (
                "patient_id,image_id,dataset\nb_1,1,a\n1,2,a_b\n",
                "t.csv:3: dataset 'a_b' and 'a' both have a patient that becomes a_b_1; rename one of the sets"
            ),
            (
                "patient_id,image_id,dataset\n1,1,a\n1,1,b\n",
                "t.csv:3: 1/1.dcm is already the file of line 2; give each image a file of its own in column path"
            ),
            (
                "patient_id,image_id,path\n1,1,a\n1,2,a\n",
                "t.csv:3: a is already the file of line 2; give each image a file of its own in column path"
            ),
            (
                "patient_id,image_id,path\n1,1,a/../../b\n",
                "t.csv:2: path 'a/../../b' leads out of the folder of images; give it from the root on"
            ),
            ("patient_id,image_id,path\n1,1,\"a\tb\"\n", "t.csv:2: path 'a\tb' has control characters"),
            ("patient_id,image_id,dataset\n1,1,a/b\n", "t.csv:2: dataset 'a/b' cannot be part of a file name"),
        ])
    func refusedSets(_ text: String, _ says: String) throws {
        let error = #expect(throws: DataError.self) { try table(text, .images) }
        #expect(try #require(error).description == says)
    }

    @Test("A prediction_id that two data sets have is refused")
    func sharedBreast() throws {
        let text = "patient_id,image_id,prediction_id,dataset,path\n1,1,1_L,a,x\n1,1,1_L,b,y\n"
        let error = #expect(throws: DataError.self) { try table(text, .predictions) }
        #expect(
            try #require(error).description.hasPrefix("t.csv:3: dataset 'b' and 'a' both have the prediction_id 1_L"))
    }

    @Test("Ids that differ in bytes alone are two ids")
    func canonicallyEqual() throws {
        #expect(try table("patient_id,image_id,cancer\n\u{E9},1,0\ne\u{301},1,0\n").rows.count == 2)
    }

    @Test("What is no UTF-8 is refused with its line")
    func encoding() throws {
        let latin = Array("patient_id,image_id\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A]
        #expect(throws: DataError.line(path: "t", line: 2, reason: "bytes that are not UTF-8; save the table as UTF-8"))
        {
            try DelimitedText(latin, path: "t")
        }
        #expect(throws: DataError.table(path: "t", reason: "the table is in UTF-16; save it as UTF-8")) {
            try DelimitedText([0xFF, 0xFE, 0x61, 0x00], path: "t")
        }
    }
}

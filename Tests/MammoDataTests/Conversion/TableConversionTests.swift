import Foundation
import MammoData
import Testing
import TestSupport

@Suite("Tables of other data sets")
struct TableConversionTests {
    private func map(
        _ path: String, positive: [String] = ["5"], negative: [String]? = nil, unit: ColumnMap.LabelUnit = .image
    ) throws -> ColumnMap {
        ColumnMap(
            patient: .init(column: "p"), image: .init(column: "i"), laterality: .init(column: "side"),
            view: .init(column: "v"), label: .init(column: "l"), positive: positive, negative: negative, unit: unit,
            file: .path(try #require(ColumnPattern(path))), dataset: "d")
    }

    private func convert(_ text: String, _ map: ColumnMap, images: String? = nil) throws -> TableConversion {
        let folder = try TemporaryFolder()
        return try TableConversion([folder.write(text, to: "t.csv")], map, images: images, workers: 2)
    }

    @Test("Patterns: columns in braces, text between; an empty field makes the whole empty")
    func patterns() throws {
        let text = try DelimitedText(Array("a,b c\n1, 2\n,3\n".utf8), path: "t")
        let columns = try ColumnFinder(text)
        let bound = try #require(ColumnPattern("x/{a}_{ b c }.dcm")).bound(to: columns)
        #expect(text.records.map(bound.text) == ["x/1_2.dcm", ""])
        #expect(ColumnPattern("{a")?.description == nil && ColumnPattern("{}") == nil && ColumnPattern("{a{b}}") == nil)
        #expect(throws: DataError.self) { try ColumnPattern(column: "z").bound(to: columns) }
    }

    @Test("Rows of one image are one: positive where any is, refused where they contradict each other")
    func merged() throws {
        let text = """
            p,i,side,v,l
            1,a,left,cc,1
            1,a,L,CC,5
            1,b,RIGHT,mlo,1
            1,b,L,MLO,5
            1,a,L,CC,2

            """
        let made = try convert(text, map("{p}/{i}.png"))
        #expect(made.images.map(\.image) == ["a", "b"] && made.images.map(\.cancer) == [true, false])
        #expect(made.images.map(\.laterality) == ["L", "R"] && made.images.map(\.view) == ["CC", "MLO"])
        #expect(
            made.passedOver.map(\.kind) == [.contradiction] && made.passedOver[0].reason.contains("t.csv:5: image b"))
        #expect(
            String(decoding: made.csv, as: UTF8.self)
                == "patient_id,image_id,laterality,view,cancer,path,dataset\n1,a,L,CC,1,1/a.png,d\n"
                + "1,b,R,MLO,0,1/b.png,d\n")
    }

    @Test("A film's label is that of all its rows, whatever its images are called")
    func films() throws {
        let text = "p,i,side,v,l\n1,a,L,CC,1\n1,b,L,CC,5\n1,c,L,MLO,1\n"
        #expect(try convert(text, map("{i}", unit: .film)).images.map(\.cancer) == [true, true, false])
        #expect(try convert(text, map("{i}")).images.map(\.cancer) == [false, true, false])
    }

    /// A record with too few fields is found before the others are looked at.
    @Test("Bad rows are named with their kind, the others are made")
    func bad() throws {
        let text = """
            p,i,side,v,l
            1,a,L,CC,5
            ,b,L,CC,1
            1,c/d,L,CC,1
            1,e,both,CC,1
            1,f,L,CC,
            1,g,L,CC,maybe
            1,../h,L,CC,1
            1,k,L,CC
            1,m,L,,1

            """
        let made = try convert(text, map("{p}/{i}.png", negative: ["1"]))
        #expect(made.images.map(\.image) == ["a", "m"] && made.images[1].view == "")
        #expect(made.passedOver.map(\.kind) == [.fields, .id, .id, .laterality, .label(""), .label("maybe"), .id])
        #expect(made.counts.first.map { $0.kind == .id && $0.count == 3 } == true)
        let reasons = made.passedOver.map(\.reason).joined(separator: "\n")
        for part in [
            "t.csv:3: patient_id is empty", "t.csv:4: image_id 'c/d' cannot be part of a file name",
            "t.csv:5: laterality is 'both', expected L, R, LEFT or RIGHT", "t.csv:6: the label is empty",
            "t.csv:7: the label is 'maybe', expected 5, 1", "t.csv:9: 4 fields, expected 5 as in the header",
        ] {
            #expect(reasons.contains(part), "\(reasons)")
        }
        // A path that leads out of the folder.
        let out = try convert("p,i,side,v,l\n1,a,L,CC,5\n", map("../{i}"))
        #expect(out.images.isEmpty && out.passedOver.map(\.kind) == [.path])
    }

    @Test("Files that are missing are named where there is a folder to look in")
    func missing() throws {
        let images = try TemporaryFolder()
        try images.write("", to: "a.png")
        let made = try convert("p,i,side,v,l\n1,a,L,CC,5\n1,b,L,CC,1\n", map("{i}.png"), images: images.path)
        #expect(made.images.map(\.path) == ["a.png"] && made.passedOver.map(\.kind) == [.fileMissing])
        #expect(throws: DataError.self) { try convert("p\n1\n", map("{p}"), images: "/none") }
    }

    @Test("VinDr-Mammo, CBIS-DDSM and CMMD give the demo set's images and labels", arguments: TablePreset.allCases)
    func presets(_ preset: TablePreset) throws {
        let folder = try TemporaryFolder()
        let rows = try DemoSets.rows()
        switch preset {
        case .vindr: try DemoSets.vindr(in: folder.path)
        case .cbis: try DemoSets.cbis(in: folder.path)
        case .cmmd: try DemoSets.cmmd(in: folder.path)
        }
        let tables = preset.tables(near: folder.path)
        #expect(tables.count == 1)
        let made = try TableConversion(tables, preset.columns, images: folder.path, workers: 2)
        #expect(made.images.count == rows.count && made.patients == 6)
        #expect(made.positives == rows.count(where: \.cancer))
        // In CMMD's folders files have numbers: their order within a patient is that of the names.
        #expect(made.images.map(\.laterality) == rows.map(\.side) && made.images.map(\.view) == rows.map(\.view))
        #expect(made.images.map(\.cancer) == rows.map(\.cancer))
        for image in made.images { #expect(Files.isFile("\(folder.path)/\(image.path)")) }
        if preset == .cmmd {
            #expect(made.passedOver.map(\.kind) == [.label(""), .fileMissing])
            #expect(made.passedOver[1].reason.hasSuffix("has no image of patient D1-0007, side L"))
        } else {
            #expect(made.passedOver.isEmpty)
        }
        let out = "\(folder.path)/train.csv"
        try made.write(to: out)
        let table = try ImageTable(path: out, need: .predictions)
        #expect(table.rows.allSatisfy { $0.dataset == preset.rawValue && $0.patientID.hasPrefix("\(preset)_") })
        #expect(table.rows.allSatisfy { $0.location.exists(in: folder.path) })
    }

    @Test("A film with a mass and a calcification: two folders, one label")
    func massAndCalcification() throws {
        let folder = try TemporaryFolder()
        let header = "patient_id,left or right breast,image view,pathology,image file path\n"
        let mass = try folder.write(header + "P_1,LEFT,CC,MALIGNANT,Mass-Test_P_1_LEFT_CC/1/2/0.dcm\n", to: "m.csv")
        let calc = try folder.write(header + "P_1,LEFT,CC,BENIGN,Calc-Test_P_1_LEFT_CC/1/2/0.dcm\n", to: "c.csv")
        let file = Fixtures.path("tables/view-code.dcm")
        let calcification = "Calc-Test_P_1_LEFT_CC"
        for name in ["Mass-Test_P_1_LEFT_CC/a/b/1-1.dcm", "\(calcification)/2/1-1.dcm", "\(calcification)/3/1-2.dcm"] {
            try DemoSets.copy(file, to: "\(folder.path)/x/CBIS-DDSM/\(name)")
        }
        let made = try TableConversion([mass, calc], TablePreset.cbis.columns, images: folder.path, workers: 1)
        #expect(made.images.map(\.cancer) == [true, true])
        // Two files, of which one lies in a folder of the name that the table says.
        #expect(made.images.map(\.path).last == "x/CBIS-DDSM/Calc-Test_P_1_LEFT_CC/2/1-1.dcm")
        try DemoSets.copy(file, to: "\(folder.path)/x/CBIS-DDSM/Mass-Test_P_1_LEFT_CC/a/b/1-2.dcm")
        let two = try TableConversion([mass, calc], TablePreset.cbis.columns, images: folder.path, workers: 1)
        #expect(two.images.count == 1 && two.passedOver.map(\.kind) == [.severalFiles])
    }

    @Test("Headers that say nothing, sides without a row, equal names in two studies")
    func headers() throws {
        let folder = try TemporaryFolder()
        let csv = try folder.write("ID1;LeftRight;classification\nA;L;Malignant\n", to: "c.csv")
        let rows = try DemoSets.rows().filter { $0.number == 1 }
        for (row, name) in zip(rows, ["s1/1-1.dcm", "s2/1-1.dcm", "s2/1-2.dcm"]) {
            let file = Fixtures.path("train_images/\(row.patient)/\(row.image).dcm")
            try DemoSets.copy(file, to: "\(folder.path)/A/\(name)")
        }
        try folder.write("no DICOM", to: "A/s2/1-3.dcm")
        try folder.write("no DICOM and no ending", to: "A/LICENSE")
        let made = try TableConversion([csv], TablePreset.cmmd.columns, images: folder.path, workers: 2)
        #expect(made.images.map(\.image) == ["s1_1-1", "s2_1-1"] && made.images.map(\.cancer) == [true, true])
        #expect(made.passedOver.map(\.kind) == [.notInTable, .header])
    }
}

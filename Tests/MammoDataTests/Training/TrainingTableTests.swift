import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Tables for training")
struct TrainingTableTests {
    private let made = TrainingSplit.Folds.made(count: 4, shuffleSeed: nil)

    @Test("Folds made on the way are those of mammo split")
    func folds() throws {
        let table = try ImageTable(path: Fixtures.path("train.csv"), need: .labels)
        for seed in [nil, 3] as [UInt32?] {
            let folds = try StratifiedGroupFolds(table, folds: 2, shuffleSeed: seed)
            for fold in 0..<2 {
                let split = try TrainingSplit(table, .made(count: 2, shuffleSeed: seed), fold: fold)
                #expect(split.validation == zip(table.rows, folds.foldOfRow).filter { $0.1 == fold }.map(\.0))
                #expect(split.training == zip(table.rows, folds.foldOfRow).filter { $0.1 != fold }.map(\.0))
                #expect(split.foldCount == 2)
            }
        }
    }

    @Test("A folds file gives the same sides as making the folds")
    func foldsFile() throws {
        let (folder, table) = (try TemporaryFolder(), try ImageTable(path: Fixtures.path("train.csv"), need: .labels))
        try SplitFiles.write(StratifiedGroupFolds(table, folds: 2), of: table, to: folder.path)
        let read = try TrainingSplit(table, .file("\(folder.path)/folds.csv"), fold: 1)
        let made = try TrainingSplit(table, .made(count: 2, shuffleSeed: nil), fold: 1)
        #expect(read.training == made.training && read.validation == made.validation && read.foldCount == 2)
    }

    @Test("Folds that cannot be used say why")
    func wrongFolds() throws {
        let table = try TrainingImages.table([("1", true), ("2", false), ("3", false), ("007", true), ("4", false)])
        let folder = try TemporaryFolder()
        func says(_ rows: String, fold: Int = 0, of table: ImageTable) throws -> String? {
            let path = try folder.write("patient_id,fold\n\(rows)", to: "f.csv")
            return refusal { _ = try TrainingSplit(table, .file(path), fold: fold) }
        }
        let path = "\(folder.path)/f.csv"
        let all = "1,0\n2,1\n3,2\n007,0\n4,1\n"
        #expect(try says(all, of: table) == nil)
        #expect(try says(all, fold: 3, of: table) == "\(path): no patient is in fold 3; there are 0, 1, 2")
        #expect(
            try says("1,0\n2,1\n", of: table)
                == "\(path): has no fold for 3 patients of t.csv (3, 007, 4); make folds of the same table: mammo split "
                + "--csv t.csv --folds N")
        #expect(try says(all + "1,1\n", of: table)?.contains("patient 1 is in fold 1 and, above, in 0") == true)
        let twoWays = try TrainingImages.table([("7", true), ("2", false), ("007", false)])
        #expect(
            try says("7,0\n2,1\n007,1\n", of: twoWays)
                == "patient 007 (written 7 too) has images both in fold 0 and in another, for training and for validation; "
                + "folds must not divide patients")
        #expect(
            refusal { _ = try TrainingSplit(table, .made(count: 2, shuffleSeed: nil), fold: 2) }
                == "fold is 2, expected 0 to 1 of 2 folds")
        #expect(
            refusal { _ = try TrainingSplit(table, .made(count: 9, shuffleSeed: nil), fold: 2) }
                == "9 folds, expected at most 5: one patient each")
    }

    @Test("Both sides, the size and the parameters of the images")
    func sides() throws {
        let images = try TrainingImages()
        let parameters = PreprocessParameters(rows: 24, columns: 12)
        var harder = parameters
        harder.pngLevel = 12
        for row in images.table.rows { try images.list(row, row.imageID == "3" ? harder : parameters) }
        let table = try TrainingTable(images.table, folds: made, fold: 1, images: images.folder.path)
        #expect(table.training.count + table.validation.count == 40 && table.validation.count == 10)
        #expect((table.rows, table.columns, table.foldCount) == (24, 12, 4) && table.leftOut.isEmpty)
        #expect(table.parameters?.resize == parameters.resize && table.warnings.isEmpty)
        #expect(Set(table.training.map(\.patientID)).isDisjoint(with: table.validation.map(\.patientID)))
    }

    @Test("Missing images are named, or left out where that is asked for")
    func missing() throws {
        let images = try TrainingImages()
        let path = images.folder.path
        for row in images.table.rows.prefix(4) { try Files.write([], to: "\(path)/\(row.outputName)") }
        let empty = refusal { _ = try TrainingTable(images.table, folds: made, fold: 0, images: path) }
        #expect(empty?.hasPrefix("\(path): 4 of 40 images are not grayscale PNGs of 8 or 16 bits (") == true)

        let gone = try TrainingImages.table((0..<44).map { (String($0 / 2), $0 / 2 % 5 == 0) })
        let whole = try TrainingImages()
        let says = refusal { _ = try TrainingTable(gone, folds: made, fold: 0, images: whole.folder.path) }
        #expect(says?.hasPrefix("\(whole.folder.path): 4 of 44 images are missing (") == true)
        #expect(says?.hasSuffix(", …); preprocess them, or give --leave-out-missing to train without them") == true)
        let rest = try TrainingTable(gone, folds: made, fold: 0, images: whole.folder.path, leaveOutMissing: true)
        #expect(rest.training.count + rest.validation.count == 40)
        #expect(Set(rest.leftOut.map(\.imageID)) == ["40", "41", "42", "43"])
        #expect(rest.warnings.count == 1 && rest.warnings[0].hasPrefix("4 of 44 images are missing and skipped ("))
        let none = try TemporaryFolder()
        let all = refusal {
            _ = try TrainingTable(gone, folds: made, fold: 0, images: none.path, leaveOutMissing: true)
        }
        #expect(all?.hasPrefix("\(none.path): 44 of 44 images are missing (") == true)
        #expect(
            refusal { _ = try TrainingTable(gone, folds: made, fold: 0, images: "/no/such") }
                == "/no/such: cannot be read: no such folder")
    }

    @Test("Images of another size, depth or colour are found before the first is decoded")
    func unlike() throws {
        let images = try TrainingImages()
        let (path, row) = (images.folder.path, images.table.rows[9])
        func says() -> String? {
            refusal { _ = try TrainingTable(images.table, folds: made, fold: 0, images: path) }
        }
        try images.write(.black(rows: 24, columns: 13), row)
        #expect(says()?.contains("1 of 40 images is not 24x12 pixels as the first is (4_9.png 24x13)") == true)
        // Of 16 bits a pixel one is as good as another; with colours not.
        var png = try PNGEncoder.encode(GrayImage16.black(rows: 24, columns: 12))
        try Files.write(png, to: "\(path)/\(row.outputName)")
        #expect(try TrainingTable(images.table, folds: made, fold: 0, images: path).depth == .sixteen)
        png[25] = 2
        try Files.write(png, to: "\(path)/\(row.outputName)")
        let reason = "1 of 40 images is not grayscale PNGs of 8 or 16 bits (4_9.png); the first is RGB"
        #expect(says()?.contains(reason) == true)
    }

    @Test("A folder of mixed parameters is refused; images that the manifest does not know are told of")
    func parameters() throws {
        let images = try TrainingImages()
        let (path, rows) = (images.folder.path, images.table.rows)
        let parameters = PreprocessParameters(rows: 24, columns: 12)
        for row in rows.dropFirst(3) { try images.list(row, parameters) }
        try images.list(rows[2], parameters, error: "failed")
        let table = try TrainingTable(images.table, folds: made, fold: 0, images: path)
        #expect(table.parameters == parameters)
        #expect(
            table.warnings == [
                "3 of 40 images are not in \(path)/manifest.jsonl: their preprocessing is unknown"
            ])
        var other = parameters
        other.intensity = .window
        try images.list(rows[20], other)
        let says = refusal { _ = try TrainingTable(images.table, folds: made, fold: 0, images: path) }
        #expect(says?.hasPrefix("\(path)/manifest.jsonl: ") == true)
        #expect(says?.contains("--intensity window") == true && says?.contains("--intensity minmax") == true)
        let bare = try TrainingImages()
        #expect(try TrainingTable(bare.table, folds: made, fold: 0, images: bare.folder.path).parameters == nil)
    }

    @Test("Sides without images, or training without positives, are refused")
    func emptySides() throws {
        let (images, folder) = (try TrainingImages(4), try TemporaryFolder())
        func says(_ labels: [Bool], fold: Int) throws -> String? {
            let table = try TrainingImages.table(labels.enumerated().map { (String($0 / 2), $1) })
            let path = try folder.write("patient_id,fold\n0,0\n1,1\n9,2\n", to: "f.csv")
            return refusal {
                let made = try TrainingTable(table, folds: .file(path), fold: fold, images: images.folder.path)
                #expect(made.warnings.contains { $0.contains("its scores are meaningless") })
            }
        }
        #expect(try says([true, true, false, false], fold: 1) == nil)
        #expect(try says([true, true, false, false], fold: 2) == "fold 2 has no image to validate on")
        #expect(
            try says([true, true, false, false], fold: 0)
                == "none of 2 images to train on has cancer; nothing could be learned")
        #expect(try says([true, true], fold: 0) == "no images are left to train on outside fold 0")
    }
}

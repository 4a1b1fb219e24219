import Foundation
import MammoData
import Testing
import TestSupport

@Suite("Predictions an image at a time")
struct PerImageFileTests {
    private let table: ImageTable
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/images.csv" }
    private let origin = PerImageFile.Origin(weights: ["ab"], flips: "none", preprocessing: "as found")

    init() throws {
        let text = "patient_id,image_id,laterality\n1,a,L\n1,\"b,c\",R\n2,d,L\n"
        table = try ImageTable(DelimitedText(Array(text.utf8), path: "test.csv"), need: .predictions)
        folder = try TemporaryFolder()
    }

    private func open(
        _ opening: PerImageFile.Opening = .new, _ origin: PerImageFile.Origin? = nil
    ) throws -> PerImageFile {
        try PerImageFile(path: path, origin: origin ?? self.origin, table: table, opening: opening)
    }

    @Test("A run is taken up where it ended, a torn line left out")
    func resume() throws {
        let first = try open()
        try first.append(ImagePrediction(table.rows[0], logit: 1.5))
        try first.append(ImagePrediction(table.rows[1], logit: -0.1))
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("2,d,2_L,0.".utf8))
        try handle.close()

        let second = try open(.resumed)
        #expect(second.earlier.mapValues(\.logit) == ["1/a.dcm": 1.5, "1/b,c.dcm": -0.1])
        try second.append(ImagePrediction(table.rows[2], logit: 3))
        let third = try open(.resumed)
        #expect(third.earlier.count == 3)
        let all = table.rows.compactMap { third.earlier[$0.relativePath] }
        try third.finish(all, isComplete: true)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0] == "patient_id,image_id,prediction_id,logit,probability")
        #expect(lines[2].hasPrefix("1,\"b,c\",1_R,-0.1,0.475"))
    }

    @Test("What is there is not lost by forgetting --resume")
    func exists() throws {
        try open().append(ImagePrediction(table.rows[0], logit: 1))
        #expect(throws: DataError.self) { try open() }
        #expect(try open(.forced).earlier.isEmpty)
    }

    @Test("Predictions by other weights are not taken up")
    func otherOrigin() throws {
        try open().append(ImagePrediction(table.rows[0], logit: 1))
        let other = PerImageFile.Origin(weights: ["cd"], flips: "none", preprocessing: "as found")
        let refusal = DataError.table(
            path: path,
            reason: "was started with other settings (--weights: found sha256 ab, expected sha256 cd); "
                + "run with those, name another file, or give --force to start over")
        #expect(throws: refusal) { try open(.resumed, other) }
        #expect(throws: refusal) { try open(.automatic, other) }
        #expect(try open(.resumed).earlier.count == 1)
    }

    @Test("The file that is named after a submission: resumed while incomplete, replaced when complete")
    func automatic() throws {
        #expect(PerImageFile.path(beside: "a/submission.csv") == "a/submission.images.csv")
        let first = try open(.automatic)
        try first.append(ImagePrediction(table.rows[0], logit: 1))
        let second = try open(.automatic)
        #expect(second.earlier.count == 1)
        // As a time limit leaves it.
        try second.finish([ImagePrediction(table.rows[0], logit: 1)], isComplete: false)
        let third = try open(.automatic)
        #expect(third.earlier.count == 1)
        try third.finish(table.rows.map { ImagePrediction($0, logit: 1) }, isComplete: true)
        let other = PerImageFile.Origin(weights: ["cd"], flips: "hflip", preprocessing: "as found")
        #expect(try open(.automatic, other).earlier.isEmpty)
        // A file of somebody else's that happens to have the name.
        try FileManager.default.removeItem(atPath: path + ".run.json")
        #expect(throws: DataError.self) { try open(.automatic) }
    }

    @Test("Lines that are no predictions are named")
    func damaged() throws {
        _ = try open()
        for bad in ["1,a,1_L,nan,0\n", "1,a,1_L,x,0\n", "1,a\n"] {
            try folder.write("patient_id,image_id,prediction_id,logit,probability\n" + bad, to: "images.csv")
            #expect(throws: DataError.self) { try open(.resumed) }
        }
        try folder.write("a,b,c,d,e\n", to: "images.csv")
        #expect(throws: DataError.self) { try open(.resumed) }
    }
}

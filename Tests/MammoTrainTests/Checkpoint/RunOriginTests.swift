import Foundation
import MammoTrain
import Testing

@Suite("What a checkpoint's images are")
struct RunOriginTests {
    private static let options = "--size 64x32 --roi otsu"

    private func origin(
        size: String = "64x32", preprocessing: String? = options, training: String = "a", labels: String = "01"
    ) throws -> RunOrigin {
        let preprocessing = preprocessing.map { "\"preprocessing\":\"\($0)\"," } ?? ""
        let text = """
            {"size":"\(size)",\(preprocessing)"training":{"count":2,"names":"\(training)","labels":"\(labels)"},
            "validation":{"count":1,"names":"v","labels":"0"}}
            """
        return try JSONDecoder().decode(RunOrigin.self, from: Data(text.utf8))
    }

    @Test("What differs is named, with what was found and what is expected")
    func differences() throws {
        let expected = try origin()
        #expect(expected.differences(from: expected).isEmpty)
        #expect(
            try expected.differences(from: origin(size: "32x16", preprocessing: "--size 32x16 --roi otsu")) == [
                "image size: found 32x16, expected 64x32", "preprocessing: found --size 32x16, expected --size 64x32",
            ])
        #expect(
            try expected.differences(from: origin(preprocessing: nil))
                == ["preprocessing: found none, expected --size 64x32 --roi otsu"])
        #expect(
            try expected.differences(from: origin(training: "b"))
                == ["training images: 2 others, or in another order"])
        #expect(try expected.differences(from: origin(labels: "10")) == ["labels of the training images"])
    }
}

import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

/// A ConvNeXt's predictions in 8 bits beside those in fp32.
@Suite("int8", .enabled(if: Int8Kernels.best != nil, "this processor has no AVX-512 VNNI"))
struct Int8Tests {
    private static let weights = Fixtures.path("micro/weights.pth")

    private struct Images: GraySource {
        func path(of row: ImageTable.Row) -> String { row.imageID }

        /// Noise of another mean and contrast, with a band, for each row.
        func image(of row: ImageTable.Row) throws -> PreprocessedImage {
            guard let number = Int(row.imageID) else {
                throw DataError.unreadable(path: row.imageID, reason: "broken")
            }
            var values = Values(seed: UInt64(number + 1))
            let (mean, contrast) = (90 + 60 * values.next(), 30 * (1 + values.next()))
            let band = Int(32 + 30 * values.next())
            let pixels = (0..<64 * 32).map { place in
                let inside = abs(place / 32 - band) < 6 ? Float(60) : 0
                return UInt8(min(max(mean + contrast * values.next() + inside, 0), 255))
            }
            return .gray8(GrayImage(rows: 64, columns: 32, pixels: pixels))
        }
    }

    private static func rows(_ names: [String]) throws -> [ImageTable.Row] {
        let text = "patient_id,image_id,laterality\n" + names.map { "p,\($0),L\n" }.joined()
        return try ImageTable(DelimitedText(Array(text.utf8), path: "t"), need: .predictions).rows
    }

    private static func logits(
        _ numbers: Range<Int>, threads: Int = 2, batch: Int = 4, _ arithmetic: (String) throws -> Arithmetic
    ) throws -> [Float] {
        let model = try TrainedModel(path: weights, devices: [CPUDevice(threads: threads)], arithmetic: arithmetic)
        let source = Images()
        let images = try rows(numbers.map(String.init)).map(source.image)
        let predictor = TrainedModel.predictors([model], augmentation: .none)[0]
        return try stride(from: 0, to: images.count, by: batch).flatMap {
            try predictor.predict(Array(images[$0..<min($0 + batch, images.count)])).map(\.logit)
        }
    }

    /// The file of ranges of images 100 to 115.
    private static func ranges(
        in folder: TemporaryFolder, threads: Int = 2, _ more: [String] = []
    ) throws -> Int8RangeFile {
        let path = "\(folder.path)/int8-\(threads).json"
        let recorder = RangeRecorder()
        let model = try TrainedModel(path: weights, devices: [CPUDevice(threads: threads)]) { _ in .observed(recorder) }
        var failures: [String] = []
        try Int8RangeFile.make(
            path: path, rows: try rows((100..<116).map(String.init) + more), count: 16 + more.count, source: Images(),
            models: [(model, recorder)]
        ) { failures.append($0) }
        #expect(failures.count == more.count)
        return try Int8RangeFile(path: path)
    }

    @Test("Logits are near those of fp32")
    func logits() throws {
        let folder = try TemporaryFolder()
        let file = try Self.ranges(in: folder, ["broken"])
        #expect(file.images == 16)
        let (exact, near) = (try Self.logits(0..<48) { _ in .full }, try Self.logits(0..<48, file.arithmetic))
        func centred(_ values: [Float]) -> [Double] {
            let mean = values.map(Double.init).reduce(0, +) / Double(values.count)
            return values.map { Double($0) - mean }
        }
        func product(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).map(*).reduce(0, +) }
        let (x, y) = (centred(exact), centred(near))
        let correlation = product(x, y) / (product(x, x) * product(y, y)).squareRoot()
        let deviation = (product(x, x) / 48).squareRoot()
        let difference = zip(exact, near).map { Double(abs($0 - $1)) }.max() ?? .infinity
        #expect(correlation > 0.99, "\(correlation)")
        #expect(difference < 0.25 * deviation, "\(difference) beside a deviation of \(deviation)")
        #expect(difference > 0)
    }

    @Test("Threads and batches change no bit, of ranges neither")
    func bits() throws {
        let folder = try TemporaryFolder()
        let file = try Self.ranges(in: folder)
        let logits = try Self.logits(0..<6, threads: 1, batch: 1, file.arithmetic)
        for threads in [2, 5] {
            #expect(try Self.logits(0..<6, threads: threads, file.arithmetic) == logits)
            #expect(try Self.ranges(in: folder, threads: threads).digest == file.digest)
        }
    }

    @Test("A file of ranges is refused where it is damaged, or was made with other weights or another network")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let file = try Self.ranges(in: folder)
        #expect { try file.arithmetic(of: "other") } throws: { "\($0)".contains("was made with the weights") }
        let damaged = try folder.write("{}", to: "damaged.json")
        #expect { try Int8RangeFile(path: damaged) } throws: {
            "\($0)".hasPrefix("\(damaged): cannot be read: not the ranges of mammo infer --precision int8")
        }
        let newer = try folder.write(#"{"images":1,"networks":[],"version":2}"#, to: "newer.json")
        #expect { try Int8RangeFile(path: newer) } throws: { "\($0)".contains("its version is 2, expected 1") }
        #expect { try Self.logits(0..<1) { _ in .int8([:]) } } throws: {
            "\($0)".contains("features.1.0: no finite ranges of 8 and 32 channels; calibrate with this network")
        }
        let recorder = RangeRecorder()
        let model = try TrainedModel(path: Self.weights, devices: [CPUDevice(threads: 1)]) { _ in .observed(recorder) }
        #expect {
            try Int8RangeFile.make(
                path: "\(folder.path)/none.json", rows: try Self.rows(["x", "y"]), count: 4, source: Images(),
                models: [(model, recorder)]
            ) { _ in }
        } throws: { "\($0)".hasSuffix("none of 2 images to calibrate with can be read") }
    }

    @Test("Other networks and cards are refused by name")
    func otherNetworks() throws {
        let efficientNet = try #require(Network.named("efficientnet_b0"))
        #expect {
            try InferenceNetwork(
                device: CPUDevice(threads: 1), architecture: efficientNet, arithmetic: .int8([:])
            ) { _ in [] }
        } throws: {
            "\($0)" == "int8 knows the layers of ConvNeXt alone, but the network is efficientnet_b0; predict in fp32"
        }
        let card = try EmulatedPlugin.card(.single)
        #expect { try TrainedModel(path: Self.weights, devices: [card]) { _ in .int8([:]) } } throws: {
            "\($0)".hasPrefix("int8 is for the CPU, but ")
        }
    }
}

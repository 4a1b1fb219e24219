import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

@Suite("Prediction")
struct PredictorTests {
    private static let device = CPUDevice(threads: 2)

    private static func model() throws -> TrainedModel {
        try TrainedModel(path: Fixtures.path("micro/weights.pth"), devices: [device])
    }

    private static func image(_ seed: Int) -> GrayImage {
        GrayImage(rows: 64, columns: 32, pixels: (0..<2048).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + seed * $0) })
    }

    private static func flipped(_ image: GrayImage, rows: Bool, columns: Bool) -> GrayImage {
        let pixels = (0..<image.pixels.count).map { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: image.columns)
            let (y, x) = (rows ? image.rows - 1 - row : row, columns ? image.columns - 1 - column : column)
            return image.pixels[y * image.columns + x]
        }
        return GrayImage(rows: image.rows, columns: image.columns, pixels: pixels)
    }

    private static func predictor(
        _ augmentation: TestTimeAugmentation, networks: Int = 1
    ) throws -> Predictor {
        let network = try model().networks[0]
        return Predictor(
            networks: [InferenceNetwork](repeating: network, count: networks), normalisation: .imageNet,
            augmentation: augmentation)
    }

    @Test("Logits are averaged over the mirror images, in this order")
    func flips() throws {
        let image = Self.image(1)
        let plain = try Self.predictor(.none)
        func logit(_ rows: Bool, _ columns: Bool) throws -> Float {
            try plain.predict([Self.flipped(image, rows: rows, columns: columns)]).map(\.logit)[0]
        }
        let (none, horizontal) = (try logit(false, false), try logit(false, true))
        #expect(none != horizontal)
        #expect(try Self.predictor(.hflip).predict([image]).map(\.logit) == [(none + horizontal) / 2])
        let four = (none + horizontal + (try logit(true, false)) + (try logit(true, true))) / 4
        #expect(try Self.predictor(.hflipAndVflip).predict([image]).map(\.logit) == [four])
    }

    @Test("16 bits a pixel are divided by 65,535 and normalised as torchvision does it, to the bit, turned or not")
    func sixteenBits() throws {
        let image = try PNGDecoder.decodeGray(Fixtures.bytes("png/gray16.png"))
        let expected = try Fixtures.bytes("png/gray16.f32").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let plain = try Self.predictor(.none).input([image], flipped: .none)
        #expect((plain.shape.rows, plain.shape.columns, plain.shape.channels) == (11, 7, 3))
        #expect(Self.device.read(plain) == expected)
        let turned = try Self.device.read(Self.predictor(.none).input([image], flipped: .horizontal))
        #expect(turned[0..<3] == expected[18..<21] && turned[18..<21] == expected[0..<3])
    }

    @Test("An image of 8 bits gives the same bits beside one of 16, and all its grays the same as 257 times as much")
    func mixedDepths() throws {
        let (narrow, other) = (PreprocessedImage.gray8(Self.image(1)), PreprocessedImage.gray8(Self.image(2)))
        let wide = PreprocessedImage.gray16(narrow.widened)
        let predictor = try Self.predictor(.hflip)
        let alone = try predictor.predict([narrow, other]).map(\.logit)
        #expect(try predictor.predict([wide, other]).map(\.logit) == alone)
        #expect(try predictor.predict([narrow, .gray16(other.widened)]).map(\.logit) == alone)
        // A step that 8 bits do not have counts.
        var pixels = narrow.widened.pixels
        for place in pixels.indices where pixels[place] < 65535 { pixels[place] += 100 }
        let finer = PreprocessedImage.gray16(GrayImage16(rows: 64, columns: 32, pixels: pixels))
        #expect(finer.rounded == Self.image(1))
        #expect(try predictor.predict([finer]).map(\.logit)[0] != alone[0])
    }

    @Test("Networks are averaged, and a batch gives what its images give alone")
    func ensembles() throws {
        let images = [Self.image(1), Self.image(2), Self.image(3)]
        let alone = try images.map { try Self.predictor(.none).predict([$0]).map(\.logit)[0] }
        #expect(try Self.predictor(.none).predict(images).map(\.logit) == alone)
        #expect(try Self.predictor(.none, networks: 2).predict(images).map(\.logit) == alone)
    }

    private struct Folder: GraySource {
        let broken: Set<String>

        func path(of row: ImageTable.Row) -> String { row.imageID }
        func image(of row: ImageTable.Row) throws -> PreprocessedImage {
            if broken.contains(row.imageID) { throw DataError.unreadable(path: row.imageID, reason: "broken") }
            // Sizes change in the middle of a batch.
            return .gray8(
                row.imageID == "4" ? .black(rows: 40, columns: 40) : PredictorTests.image(row.imageID.utf8.count))
        }
    }

    @Test(
        "A batch goes on past what cannot be read, in order, and ends when told; on several devices too",
        arguments: [1, 2, 3, 16], [1, 2, 3])
    func batches(_ size: Int, _ devices: Int) throws {
        let text = "patient_id,image_id,laterality\n" + (0..<8).map { "p,\($0),L\n" }.joined()
        let table = try ImageTable(DelimitedText(Array(text.utf8), path: "t"), need: .predictions)
        let batch = InferenceBatch(
            source: Folder(broken: ["2", "5"]),
            predictors: try (0..<devices).map { _ in try Self.predictor(.none) }, batchSize: size, readers: 2)
        var predicted: [String] = []
        let source = Folder(broken: [])
        var failed: [String] = []
        try batch.run(table.rows, shouldStop: { false }) { row, outcome in
            switch outcome {
            case .predicted(let prediction, let picture):
                #expect(prediction.imageID == row.imageID && picture == nil)
                let alone = try batch.predictors[0].predict([try source.image(of: row)])
                #expect(prediction.logit == alone[0].logit)
                predicted.append(row.imageID)
            case .failed(let reason):
                #expect(reason.contains("broken"))
                failed.append(row.imageID)
            }
        }
        #expect(predicted == ["0", "1", "3", "4", "6", "7"] && failed == ["2", "5"])
        var seen = 0
        try batch.run(table.rows, shouldStop: { seen >= 1 }) { _, _ in seen += 1 }
        #expect(seen < 8)
    }

    @Test("An explanation is the image in color, heat where the map is")
    func explanation() throws {
        let image = Self.image(1)
        let prediction = try Self.predictor(.hflip).predict([image], explain: true)[0]
        #expect(prediction.logit == (try Self.predictor(.hflip).predict([image])[0].logit))
        let map = try #require(prediction.map)
        // Of the image as it is, whatever flips are averaged.
        #expect(map.values == (try Self.predictor(.none).predict([image], explain: true)[0].map?.values))
        let picture = ColorImage(image, heat: map.values, heatRows: map.rows, heatColumns: map.columns)
        #expect((picture.rows, picture.columns) == (64, 32))
        #expect(try PNGEncoder.encode(picture).starts(with: [0x89, 0x50]))
    }

    @Test("Gray becomes input as torchvision's ToTensor and Normalize make it")
    func normalisation() throws {
        // torch: (torch.tensor(200.) / 255 - 0.485) / 0.229 and so on, in single precision.
        let image = GrayImage(rows: 32, columns: 32, pixels: [UInt8](repeating: 200, count: 1024))
        let tensor = try Self.predictor(.none).input([.gray8(image)], flipped: .none)
        #expect(Array(Self.device.read(tensor).prefix(3)) == [1.3070468, 1.4656863, 1.6813945])
    }
}

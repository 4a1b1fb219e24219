import Glibc
import MammoCompute
import MammoData
import MammoImage
import MammoNet
import MammoTrain
import TestSupport

/// Small gray images, those with cancer with a bright spot, and runs on them.
struct SyntheticImages: GraySource {
    let size = (rows: 64, columns: 32)
    /// Microseconds that each takes longer to be read than it must.
    var delay: UInt32 = 0

    func path(of row: ImageTable.Row) -> String { row.outputName }

    func image(of row: ImageTable.Row) -> PreprocessedImage {
        usleep(delay)
        var random = SplitMix64(seed: UInt64(row.imageID) ?? 0)
        var pixels = (0..<size.rows * size.columns).map { _ in UInt8(random.next(below: 80)) }
        if row.cancer == true {
            let (y, x) = (8 + random.next(below: 40), 4 + random.next(below: 20))
            for i in 0..<8 { for j in 0..<8 { pixels[(y + i) * size.columns + x + j] = 230 } }
        }
        return .gray8(GrayImage(rows: size.rows, columns: size.columns, pixels: pixels))
    }

    /// A table of patients with two images each, of whom each third has cancer.
    static func table(patients: Int) throws -> ImageTable {
        let rows = (0..<patients * 2).map { "\($0 / 2),\($0),\($0 % 2 == 0 ? "L" : "R"),\($0 % 3 == 0 ? 1 : 0)\n" }
        let text = "patient_id,image_id,laterality,cancer\n" + rows.joined()
        return try ImageTable(DelimitedText(Array(text.utf8), path: "t.csv"), need: .predictions)
    }

    static func data(
        recipe: TrainingRecipe, patients: Int = 12, batchSize: Int = 4, augmentation: String = "", workers: Int = 2,
        stopping: EarlyStopping = EarlyStopping(), share: BatchShare = .whole, delay: UInt32 = 0
    ) throws -> TrainingData {
        let rows = try table(patients: patients).rows
        let (training, validation) = (Array(rows.prefix(patients * 3 / 2)), Array(rows.suffix(patients / 2)))
        let random = RunRandom(seed: recipe.seed)
        let images = SyntheticImages(delay: delay)
        func loader(_ rows: [ImageTable.Row], _ augmentation: Augmentation) -> TrainingLoader {
            TrainingLoader(
                rows: rows, source: images, size: images.size, augmentation: augmentation, random: random,
                share: share, workers: workers, ahead: 8)
        }
        return TrainingData(
            sampler: try Sampler(
                labels: training.map { $0.cancer == true }, method: .weighted(upsample: 10), batchSize: batchSize,
                minPositives: 1, random: random),
            training: loader(training, try Augmentation(parsing: augmentation)), validation: loader(validation, .none),
            validationBatch: 4, selection: .areaOfImages, stopping: stopping)
    }

    static func trainer(
        _ recipe: TrainingRecipe, _ data: TrainingData, threads: Int = 2, recomputes: Bool = false,
        in group: any ProcessGroup = SingleProcess(), isEmpty: Bool = false, on device: (any Device)? = nil,
        architecture: String = "micro"
    ) throws -> Trainer {
        let weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(architecture)/weights.safetensors")))
        let network = try TrainingNetwork(
            weights.architecture, on: device ?? CPUDevice(threads: threads), recomputes: recomputes
        ) { name in
            let values = weights.values(of: name)
            return isEmpty ? values.map { _ in 0 } : values
        }
        return try Trainer(recipe, network, data, in: group)
    }
}

extension Trainer {
    /// All parameters' bits.
    var bits: [[Float]] { get throws { try tensors().map(\.values) } }
}

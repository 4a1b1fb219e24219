// usage: example IN.dcm OUT.png [WEIGHTS]
//
// Makes the PNG that `mammo preprocess` makes, predicts with WEIGHTS as `mammo infer` does, and scores three predictions.
import Foundation
import MammoCompute
import MammoDICOM
import MammoImage
import MammoNet
import MammoScore

let arguments = Array(CommandLine.arguments.dropFirst())
guard (2...3).contains(arguments.count) else { exit(64) }
do {
    let model = try arguments.dropFirst(2).first.map { try TrainedModel(path: $0, devices: [CPUDevice(threads: 2)]) }

    let file = try DICOMFile(path: arguments[0])
    print("\(file.attributes.rows)x\(file.attributes.columns), \(file.attributes.transferSyntax.name)")

    let parameters = model?.preprocessing ?? PreprocessParameters(rows: 512, columns: 256)
    let decoded = try DecodedImage(of: file, for: parameters)
    let result = try Preprocessor(parameters).process(decoded.image, decoded.attributes)
    try Data(try result.image.png(level: parameters.pngLevel)).write(to: URL(filePath: arguments[1]))
    let box = result.region.box
    print("breast at \(box.x),\(box.y), \(box.width)x\(box.height)")

    if let model, case .gray8(let image) = result.image {
        let predictor = TrainedModel.predictors([model], augmentation: .hflip)[0]
        print("logit \(try predictor.predict([image])[0].logit)")
    }

    let set = ScoredSet(labels: [true, false, true], scores: [0.75, 0.25, 0.5])
    print("pF1 \(ProbabilisticF.plain(set)), ROC AUC \(Ranking(set).areaUnderROC ?? .nan)")
} catch {
    FileHandle.standardError.write(Data("example: \(arguments[0]): \(error)\n".utf8))
    exit(1)
}

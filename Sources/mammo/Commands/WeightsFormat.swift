import ArgumentParser
import MammoNet

/// What weights are written as, by the extension of the file's name.
enum WeightsFormat: String, CaseIterable {
    case safetensors, pth, onnx

    init?(of path: String) {
        guard let format = Self.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else { return nil }
        self = format
    }

    /// Refuses an --out with another extension.
    static func check(_ out: String) throws {
        guard Self(of: out) == nil else { return }
        throw ValidationError("--out is '\(out)', expected a name that ends in .safetensors, .pth or .onnx")
    }

    /// Writes a network with its metadata.
    static func write(_ weights: ModelWeights, to path: String) throws {
        switch Self(of: path) {
        case .onnx: try ONNXExporter.write(weights, to: path)
        case .pth: try TorchWriter.write(weights.tensors, metadata: weights.completeMetadata.texts, to: path)
        default: try SafetensorsWriter.write(weights.tensors, metadata: weights.completeMetadata.texts, to: path)
        }
    }
}

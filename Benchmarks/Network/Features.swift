import ArgumentParser
import MammoCompute
import MammoNet

/// Runs a network on a given input, and writes each of torchvision's `features`, the logits and the Grad-CAM as tensors:
/// what Scripts/compare holds against torchvision.
struct Features: ParsableCommand {
    @Argument(help: "Weights, .safetensors or .pth.")
    var weights: String

    @Argument(help: "A .safetensors file with a tensor `input`, N×3×H×W.")
    var input: String

    @Argument(help: "The .safetensors file to write.")
    var out: String

    @Option(help: "Threads.")
    var threads = 2

    @Option(help: "Kernels: avx-512, avx2 or portable.")
    var instructionSet = CPUKernels.available[0].name

    func run() throws {
        let device = CPUDevice(threads: threads, kernels: try CPUKernels.named(instructionSet))
        let network = try ConvNeXt(device: device, weights: try ModelWeights(try WeightsFile(path: weights)))
        let values = try WeightsFile(path: input)
        guard let entry = values.tensors.first(where: { $0.name == "input" && $0.shape.count == 4 }) else {
            throw ValidationError("\(input): no tensor input of four extents")
        }
        let shape = Shape(images: entry.shape[0], rows: entry.shape[2], columns: entry.shape[3], channels: 3)
        let channelsLast = values.values(of: entry)
            .transposed(matrices: shape.images, rows: shape.channels, columns: shape.rows * shape.columns)
        let tensor = try device.tensor(channelsLast, shape)
        var written: [SafetensorsWriter.Tensor] = []
        func keep(_ name: String, _ tensor: Tensor) {
            let shape = tensor.shape
            written.append(
                SafetensorsWriter.Tensor(
                    name: name, shape: [shape.images, shape.rows, shape.columns, shape.channels],
                    values: device.read(tensor)))
        }
        var lastStage: Tensor?
        let logits = try network.logits(tensor) {
            keep("features.\($0)", $1)
            lastStage = $1
        }
        keep("logits", logits)
        if let lastStage, tensor.shape.images == 1, network.outputs == 1 {
            let map = try GradCAM.maps(of: network, lastStage: lastStage)[0]
            written.append(.init(name: "gradcam", shape: [map.rows, map.columns], values: map.values))
        }
        try SafetensorsWriter.write(written, metadata: [:], to: out)
    }
}

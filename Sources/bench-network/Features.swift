import ArgumentParser
import MammoCompute
import MammoNet

/// Runs a network on a given input, and writes each of torchvision's `features`, the logits and the Grad-CAM as tensors:
/// what Scripts/peers/compare_network.py compares with torchvision's.
struct Features: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write every stage's output, the logits and the Grad-CAM of a given input.",
        discussion: """
            EXAMPLE
              bench-network features weights.safetensors input.safetensors output.safetensors --device cuda --amp fp16
            """)

    @Argument(help: "Weights, .safetensors or .pth.")
    var weights: String

    @Argument(help: "A .safetensors file with a tensor `input`, N×3×H×W.")
    var input: String

    @Argument(help: "The .safetensors file to write.")
    var out: String

    @OptionGroup var machine: MachineOptions

    func run() throws {
        let device = try machine.open()
        let network = try InferenceNetwork(device: device, weights: try ModelWeights(try WeightsFile(path: weights)))
        let images = try ImageBatches(try WeightsFile(path: input), "input")
        let tensor = try device.tensor(images[0], images.shape)
        var written: [SafetensorsWriter.Tensor] = []
        func keep(_ name: String, _ tensor: Tensor) throws {
            let shape = tensor.shape
            written.append(
                SafetensorsWriter.Tensor(
                    name: name, shape: [shape.images, shape.rows, shape.columns, shape.channels],
                    values: try device.read(tensor)))
        }
        var lastStage: Tensor?
        let logits = try network.logits(tensor) {
            try keep("features.\($0)", $1)
            lastStage = $1
        }
        try keep("logits", logits)
        if let lastStage, tensor.shape.images == 1, network.outputs == 1 {
            let map = try GradCAM.maps(of: network, lastStage: lastStage)[0]
            written.append(.init(name: "gradcam", shape: [map.rows, map.columns], values: map.values))
        }
        try SafetensorsWriter.write(written, metadata: [:], to: out)
    }
}

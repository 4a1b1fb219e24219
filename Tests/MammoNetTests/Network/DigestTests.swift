import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// SHA-256 of the micro ConvNeXt's logits and gradients, to the bit: what a change of structure must not change.
///
/// The values were recorded on x86-64 before networks became data; AVX-512's when its GELU became one of segments
/// (gelu_segments.h), from code that gave the others. A change of kernels or of the compiler that changes rounding has to replace
/// them knowingly. OpenBLAS's depend on its version and on the processor: with any number of threads they are those that two have.
@Suite struct DigestTests {
    static let digests = [
        "portable logits": "d5c54dd208bba6d18db7f17877a7384b98793bdfff83fd8829413e526bb5a7be",
        "portable gradients": "8aa71c895ee5e8ab290d47e0bb74fc523b972568306901bf2c7a3247a1be7d3c",
        "AVX2 logits": "c75a0293e378d8ba1ce5ef5a3fda2048e527710fb049ea43431607bc7544d3f9",
        "AVX2 gradients": "b4fb0d484d4361fb2c35d77bbb41a8749a70d1ca60c77661db9e372391b07bcb",
        "AVX-512 logits": "04d541b8e75f1751ed8b7daf676dec4aec3d4847ee37f89aa1c707792e7ab5b2",
        "AVX-512 gradients": "84c85d7c3ed5cbabf9043560fad4f08d7ca561a53de40979bec08557757d0214",
    ]

    private func digest(_ values: [[Float]]) -> String {
        SHA256Digest.hex(
            of: values.flatMap { $0 }.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
            })
    }

    @Test(arguments: [1, 2, 5]) func sameBitsAsRecorded(_ threads: Int) throws {
        for kernels in CPUKernels.available {
            let other = try kernels.name == "OpenBLAS" ? digests(of: CPUDevice(threads: 2, kernels: kernels)) : [:]
            for (what, found) in try digests(of: CPUDevice(threads: threads, kernels: kernels)) {
                let expected = try #require(other[what] ?? Self.digests["\(kernels.name) \(what)"])
                #expect(found == expected, "\(kernels.name) \(what), \(threads) threads")
            }
        }
    }

    /// Those of the logits and of the gradients.
    private func digests(of device: CPUDevice) throws -> [String: String] {
        let golden = try GradientTests.Golden()
        let prediction = try InferenceNetwork(device: device, weights: golden.weights)
        let logits = device.read(try prediction.logits(try golden.input(on: device)))
        let network = try golden.network(on: device)
        let tape = try network.forward(try golden.input(on: device))
        try network.backward(
            tape, slopes: GradientTests.loss.mean(tape.logits, try golden.values("labels")).slopes)
        let gradients = network.architecture.parameters.map { device.read(network.gradients[$0.name]) }
        return ["logits": digest([logits]), "gradients": digest([try tape.logits] + gradients)]
    }
}

import MammoCompute
import TestSupport

extension CUDADevice {
    /// Products of random rows with random weights and their bias: sums of so many terms.
    func sums(ofDepth depth: Int, seed: UInt64) throws -> [Float] {
        var values = Values(seed: seed)
        let shape = Shape(images: 1, rows: 5, columns: 7, channels: depth)
        let matrix = try matrix(
            LinearWeights(inputs: depth, outputs: 40, values: values.array(40 * depth), bias: values.array(40)))
        let input = try tensor(values.array(shape.count), shape)
        return try read(try linear(input, matrix, finish: .none))
    }
}

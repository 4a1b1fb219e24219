import CKernels
import TestSupport
import Testing

/// The transforms of Winograd's convolution, against the plain ones as in `KernelTests`; that they give a convolution is
/// `FusedPlanTests`' to say.
@Suite struct WinogradKernelTests {
    typealias Kernels = ckernels_float_kernels

    @Test(arguments: [(1, 1), (3, 8), (5, 37), (2, 64)])
    func inputs(_ size: (tiles: Int, channels: Int)) {
        let (tiles, channels) = size
        let (rowStride, planeStride) = ((2 * tiles + 2) * channels + 3, tiles * channels + 5)
        func run(_ kernels: Kernels) -> [Float] {
            var values = Values(seed: 5)
            let image = Memory(values.array(4 * rowStride))
            let out = Memory([Float](repeating: 7, count: 16 * planeStride))
            var call = ckernels_winograd_input(
                image: image.base, row_stride: rowStride, tiles: tiles, channels: channels, out: out.base,
                plane_stride: planeStride)
            kernels.winograd_input(&call)
            return out.values
        }
        let reference = run(ckernels_float_reference)
        for kernels in KernelTests.sets {
            #expect(largestError(run(kernels), reference) < 1e-6, "\(String(cString: kernels.name))")
        }
    }

    @Test(arguments: [(1, 1), (2, 3), (7, 24), (6, 40)], [1, 2])
    func outputs(_ size: (columns: Int, channels: Int), _ rows: Int) {
        let (columns, channels) = size
        let tiles = (columns + 1) / 2
        let (productStride, outStride) = (channels + 1, channels + 2)
        let (planeStride, rowStride) = (tiles * productStride, columns * outStride + 1)
        for activation in [ckernels_activation_none, ckernels_activation_silu] {
            func run(_ kernels: Kernels) -> [Float] {
                var values = Values(seed: 6)
                let (products, bias) = (Memory(values.array(16 * planeStride)), Memory(values.array(channels)))
                let out = Memory([Float](repeating: 7, count: 2 * rowStride))
                var call = ckernels_winograd_output(
                    products: products.base, product_stride: productStride, plane_stride: planeStride,
                    channels: channels, bias: bias.base, activation: activation, rows: rows, columns: columns,
                    out: out.base, row_stride: rowStride, out_stride: outStride)
                kernels.winograd_output(&call)
                return out.values
            }
            let reference = run(ckernels_float_reference)
            for kernels in KernelTests.sets {
                #expect(largestError(run(kernels), reference) < 1e-6, "\(String(cString: kernels.name))")
            }
        }
    }
}

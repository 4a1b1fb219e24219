import Foundation
import MammoCompute

/// The CUDA plugin whose threads are fibres on this processor, as Scripts/build-cuda makes it.
package enum EmulatedPlugin {
    /// The repository.
    package static let root = URL(filePath: Fixtures.root).deletingLastPathComponent().path

    /// Its file, built where it is missing or older than its sources; nil where it cannot be.
    package static let built: String? = {
        let build = try? Tool.shell("Scripts/build-cuda --emulated --quiet", in: root)
        return build?.status == 0 ? "\(root)/.build-cuda/libmammo_cuda_emulated.so" : nil
    }()

    /// A card whose threads are fibres on this processor.
    package static func card(
        _ precision: CUDAPrecision = .single, _ products: ProductOptions = ProductOptions()
    ) throws -> CUDADevice {
        try CUDADevice(CUDAPlugin(CUDAFiles(plugin: built)), precision: precision, products: products)
    }
}

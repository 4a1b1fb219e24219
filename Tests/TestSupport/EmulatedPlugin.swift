import Foundation

/// The CUDA plugin whose threads are fibres on this processor, as Scripts/build-cuda makes it.
package enum EmulatedPlugin {
    private static let root = URL(filePath: Fixtures.root).deletingLastPathComponent()

    /// Its file, built where it is missing or older than its sources; nil where it cannot be.
    package static let built: String? = {
        let process = Process()
        process.executableURL = root.appending(path: "Scripts/build-cuda")
        process.arguments = ["--emulated", "--quiet"]
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? root.appending(path: ".build-cuda/libmammo_cuda_emulated.so").path : nil
    }()
}

import CKernels

/// The kernels for prediction in 8 bits.
public struct Int8Kernels: Sendable {
    /// "AVX-512 VNNI".
    public let name: String
    /// Unchecked: a constant table of functions without state.
    nonisolated(unsafe) let table: UnsafePointer<ckernels_int8_kernels>

    init(_ table: UnsafePointer<ckernels_int8_kernels>) {
        name = String(cString: table.pointee.name)
        self.table = table
    }

    /// The fastest that this processor runs; nil where it has none.
    public static var best: Int8Kernels? { ckernels_int8_best().map(Int8Kernels.init) }

    /// The fastest that this processor runs.
    ///
    /// - Returns: The kernels.
    /// - Throws: `ComputeError.unavailable` where the processor has no AVX-512 VNNI.
    public static func required() throws(ComputeError) -> Int8Kernels {
        guard let best else {
            throw .unavailable("int8 needs a processor with AVX-512 VNNI, which this one has not; predict in fp32")
        }
        return best
    }
}

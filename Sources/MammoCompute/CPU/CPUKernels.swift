import CKernels
import CMessage
import MammoBase

/// The kernels of one instruction set, or those with products by OpenBLAS, chosen when the program runs.
public struct CPUKernels: Sendable {
    /// "AVX-512", "AVX2", "OpenBLAS" or "portable".
    public let name: String
    /// Unchecked: a constant table of functions without state.
    nonisolated(unsafe) let table: UnsafePointer<ckernels_float_kernels>

    private init(_ table: UnsafePointer<ckernels_float_kernels>) {
        name = String(cString: table.pointee.name)
        self.table = table
    }

    /// The sets that this machine can run, the fastest first. It looks for OpenBLAS.
    public static var available: [CPUKernels] {
        let own = instructionSets
        let openBLAS = (try? openBLAS()).map { [$0] } ?? []
        return own.dropLast() + (ckernels_openblas_is_faster() ? openBLAS + own.suffix(1) : own.suffix(1) + openBLAS)
    }

    /// The sets of this processor's instructions, the fastest first, "portable" last.
    public static var instructionSets: [CPUKernels] {
        (0..<UInt32(ckernels_instruction_sets)).reversed().compactMap {
            ckernels_float_kernels_for(ckernels_instruction_set($0)).map(CPUKernels.init)
        }
    }

    /// The fastest set: that of AVX-512 or AVX2; on other processors OpenBLAS where it is installed, else the portable one, which
    /// is the faster of the two where an x86-64 has SSE alone.
    public static var best: CPUKernels {
        let own = instructionSets
        guard own.count == 1, ckernels_openblas_is_faster() else { return own[0] }
        return (try? openBLAS()) ?? own[0]
    }

    /// The portable set with products by OpenBLAS, which is opened here and not before.
    ///
    /// - Returns: The kernels.
    /// - Throws: `ComputeError.unavailable`, which says what to install.
    static func openBLAS() throws(ComputeError) -> CPUKernels {
        var message = cmessage()
        let path = Environment.value(of: "MAMMO_OPENBLAS") ?? "libopenblas.so.0"
        if let table = ckernels_float_openblas(path, &message) { return CPUKernels(table) }
        throw .unavailable(
            "kernels openblas: \(message.string); install Debian's libopenblas0-pthread, or leave --kernels out")
    }
}

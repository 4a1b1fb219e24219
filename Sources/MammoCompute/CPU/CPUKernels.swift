import CKernels

/// The kernels of one instruction set, chosen when the program runs.
public struct CPUKernels: Sendable {
    /// "AVX-512", "AVX2" or "portable".
    public let name: String
    /// Unchecked: a constant table of functions without state.
    nonisolated(unsafe) let table: UnsafePointer<ckernels_float_kernels>

    private init(_ table: UnsafePointer<ckernels_float_kernels>) {
        name = String(cString: table.pointee.name)
        self.table = table
    }

    /// The sets that this processor can run, the fastest first.
    public static var available: [CPUKernels] {
        (0..<UInt32(ckernels_instruction_sets)).reversed().compactMap {
            ckernels_float_kernels_for(ckernels_instruction_set($0)).map(CPUKernels.init)
        }
    }

    /// The set with a name.
    ///
    /// - Parameter name: One of the names of `available`, in upper or lower case.
    /// - Returns: The kernels.
    /// - Throws: `ComputeError.unknownInstructionSet`.
    public static func named(_ name: String) throws(ComputeError) -> CPUKernels {
        for kernels in available where kernels.name.lowercased() == name.lowercased() { return kernels }
        throw .unknownInstructionSet(name, available: available.map(\.name))
    }
}

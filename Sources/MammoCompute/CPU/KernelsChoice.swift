/// Which kernels a user asks the CPU to compute with.
public enum KernelsChoice: String, CaseIterable, Codable, Sendable {
    /// The fastest that the machine can run.
    case auto
    /// AVX-512 F, BW, DQ and VL.
    case avx512 = "avx-512"
    /// AVX2 and FMA.
    case avx2
    /// The portable ones with products by OpenBLAS.
    case openblas
    /// Those for any processor.
    case portable

    /// Reads a choice.
    ///
    /// - Parameter text: A raw value, in upper or lower case; `avx512` too.
    public init?(_ text: String) {
        let name = text.lowercased()
        guard let choice = Self.allCases.first(where: { [$0.rawValue, "\($0)"].contains(name) }) else { return nil }
        self = choice
    }

    /// Finds the kernels.
    ///
    /// - Returns: The kernels.
    /// - Throws: `ComputeError.unavailable` where the processor or the machine lacks them.
    public func open() throws(ComputeError) -> CPUKernels {
        switch self {
        case .auto: return .best
        case .openblas: return try .openBLAS()
        case .avx512, .avx2, .portable:
            let sets = CPUKernels.instructionSets
            for kernels in sets where kernels.name.lowercased() == rawValue { return kernels }
            let names = sets.map { $0.name.lowercased() }.joined(separator: ", ")
            throw .unavailable(
                "kernels \(rawValue): this processor has none of their instructions, expected \(names) or openblas")
        }
    }
}

import CCUDA

/// A library of NVIDIA's that the plugin opens at run time.
public enum CUDALibrary: CaseIterable, Sendable {
    /// Multiplies matrices: every network needs it.
    case cuBLASLt
    /// Sums over several cards: training on several needs it.
    case nccl

    /// "cuBLASLt".
    public var name: String { self == .cuBLASLt ? "cuBLASLt" : "NCCL" }

    /// Where a library was found.
    public struct Place: Equatable, Sendable {
        /// The file, or the name that the loader resolved.
        public let path: String
        /// "13.1.0".
        public let version: String
    }

    /// cuBLASLt 13.1.0 is 130100, NCCL 2.28.3 is 22803, and NCCL before 2.9 has a digit less.
    static func release(_ number: Int) -> String {
        let major = number < 10_000 ? 1000 : 10_000
        return "\(number / major).\(number % major / 100).\(number % 100)"
    }
}

extension CUDAPlugin {
    /// Finds a library as the plugin would when it needs it.
    ///
    /// - Parameter library: Which.
    /// - Returns: The first that loads and accepts this machine's driver.
    /// - Throws: `ComputeError.unavailable`, which says where it was searched for and how to get it.
    public func find(_ library: CUDALibrary) throws(ComputeError) -> CUDALibrary.Place {
        var place = mammo_cuda_library_place()
        let which = library == .cuBLASLt ? mammo_cuda_cublaslt : mammo_cuda_nccl
        guard table.pointee.find_library(which, libraries, &place) == mammo_cuda_ok else {
            throw .unavailable(message)
        }
        return CUDALibrary.Place(path: Self.text(place.path), version: CUDALibrary.release(Int(place.version)))
    }
}

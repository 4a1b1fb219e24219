import MammoCompute

extension EmulatedPlugin {
    /// A card whose threads are fibres on this processor.
    package static func card(_ precision: CUDAPrecision = .single) throws -> CUDADevice {
        try CUDADevice(CUDAPlugin(path: built), precision: precision)
    }
}

import Glibc

/// Memory of the host for single-precision values, aligned to a cache line.
///
/// Unchecked: a tensor is written by one operation, and read by others when that has returned.
final class HostMemory: TensorStorage, @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    /// Sets memory aside; a gigabyte too much is an error to tell, not the process's end.
    init(count: Int) throws(ComputeError) {
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        var memory: UnsafeMutableRawPointer?
        guard !overflow, posix_memalign(&memory, 64, bytes) == 0, let memory else {
            throw .outOfMemory(
                device: "CPU", reason: overflow ? "more than 2^63 bytes" : "\(bytes / 1_000_000) MB cannot be allocated"
            )
        }
        base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
        self.count = count
    }

    deinit { free(base) }
}

extension Tensor {
    /// The values, for the device that made them. Not for inner loops: each access checks the device.
    var host: UnsafeMutablePointer<Float> {
        guard let memory = storage as? HostMemory else { preconditionFailure("a tensor of another device") }
        return memory.base
    }

    /// Adds values, each rounded to single precision first.
    func add(_ values: [Double]) {
        let out = host
        for place in values.indices { out[place] += Float(values[place]) }
    }
}

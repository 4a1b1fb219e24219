import Glibc

/// Memory of the host for single-precision values, aligned to a cache line.
///
/// Unchecked: a tensor is written by one operation, and read by others when that has returned.
final class HostMemory: TensorStorage, @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    /// Where it goes back to.
    private let pool: (pool: HostPool, block: HostPool.Block)?

    /// Sets memory aside; a gigabyte too much is an error to tell, not the process's end.
    ///
    /// - Parameters:
    ///   - count: How many values.
    ///   - pool: Where it comes from and goes back to; nil: the system.
    /// - Throws: `ComputeError.outOfMemory`.
    init(count: Int, from pool: HostPool? = nil) throws(ComputeError) {
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        let block = overflow ? nil : pool?.take(bytes)
        guard !overflow, let memory = pool == nil ? HostPool.allocated(bytes) : block?.base else {
            throw .outOfMemory(
                device: "CPU", reason: overflow ? "more than 2^63 bytes" : "\(bytes / 1_000_000) MB cannot be allocated"
            )
        }
        self.pool = pool.flatMap { pool in block.map { (pool, $0) } }
        base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
        self.count = count
    }

    deinit {
        if let pool { pool.pool.give(pool.block) } else { free(base) }
    }
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

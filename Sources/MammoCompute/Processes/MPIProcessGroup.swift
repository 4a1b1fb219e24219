import CMPI
import Glibc

/// Processes that reach each other over MPI. Tensors of the host travel from where they are, those of other devices by way
/// of the host.
final class MPIProcessGroup: ProcessGroup {
    let rank: Int
    let count: Int
    private let functions: mammo_mpi_functions

    /// Joins the processes, and waits for them.
    ///
    /// - Parameters:
    ///   - path: The plugin.
    ///   - expected: How many processes the launcher has started.
    /// - Throws: `ComputeError.processes`.
    init(plugin path: String, expecting expected: Int) throws(ComputeError) {
        functions = try MPIPlugin.open(path)
        var (rank, count): (Int32, Int32) = (0, 0)
        let status = functions.begin(&rank, &count)
        (self.rank, self.count) = (Int(rank), Int(count))
        try check(status, "MPI_Init")
        guard count == expected else {
            functions.end()
            throw .processes(
                "the launcher has started \(expected) processes, but MPI sees \(count): \(path) is of another MPI than "
                    + "the launcher; build it with Scripts/build-mpi and the mpicc that belongs to it")
        }
    }

    func sum(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        for tensor in tensors {
            try onHost(tensor, of: device) { (values, count) throws(ComputeError) in
                try check(functions.sum_floats(values, count), "MPI_Allreduce")
            }
        }
    }

    func sum(_ values: [Double]) throws(ComputeError) -> [Double] {
        var values = values
        try check(functions.sum_doubles(&values, values.count), "MPI_Allreduce")
        return values
    }

    func broadcast(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        for tensor in tensors {
            try onHost(tensor, of: device) { (values, count) throws(ComputeError) in
                try check(functions.broadcast(values, count * MemoryLayout<Float>.stride), "MPI_Bcast")
            }
        }
    }

    func broadcast(_ bytes: [UInt8]) throws(ComputeError) -> [UInt8] {
        var count = Int64(bytes.count)
        try check(functions.broadcast(&count, MemoryLayout<Int64>.size), "MPI_Bcast")
        var bytes = rank == 0 ? bytes : [UInt8](repeating: 0, count: Int(count))
        try check(functions.broadcast(&bytes, bytes.count), "MPI_Bcast")
        return bytes
    }

    func end() { functions.end() }

    func abort(status: Int32) -> Never {
        functions.abort(status)
        exit(status)
    }

    /// Does something with a tensor's values in the host's memory.
    private func onHost(
        _ tensor: Tensor, of device: any Device,
        _ body: (UnsafeMutablePointer<Float>, Int) throws(ComputeError) -> Void
    ) throws(ComputeError) {
        if let memory = tensor.storage as? HostMemory { return try body(memory.base, tensor.shape.count) }
        let staging = try HostMemory(count: tensor.shape.count)
        let values = UnsafeMutableBufferPointer(start: staging.base, count: tensor.shape.count)
        _ = values.update(fromContentsOf: try device.read(tensor))
        try body(staging.base, tensor.shape.count)
        try device.write(UnsafeBufferPointer(values), to: tensor)
    }

    private func check(_ status: Int32, _ call: String) throws(ComputeError) {
        guard status != 0 else { return }
        throw .processes("\(call): \(functions.message(status).map { String(cString: $0) } ?? "status \(status)")")
    }
}

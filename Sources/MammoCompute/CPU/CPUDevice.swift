import CKernels
import MammoBase
import MammoGraph

/// The processor: C kernels for its instruction set, rows split over threads.
public struct CPUDevice: LayerOperations {
    /// How many threads compute.
    public let threads: Int
    /// The kernels they run.
    public let kernels: CPUKernels
    /// Memory for tensors and for threads.
    let pool: HostPool

    /// The processor with some of its threads.
    ///
    /// - Parameters:
    ///   - threads: How many threads compute, at least one.
    ///   - kernels: The kernels to run, the fastest if none are named.
    public init(threads: Int, kernels: CPUKernels = .best) {
        self.init(threads: threads, kernels: kernels, pool: HostPool())
    }

    private init(threads: Int, kernels: CPUKernels, pool: HostPool) {
        self.threads = max(1, threads)
        self.kernels = kernels
        self.pool = pool
    }

    /// The same with one thread: for work that is shared out otherwise.
    var single: CPUDevice { CPUDevice(threads: 1, kernels: kernels, pool: pool) }

    /// "CPU, 2 threads, AVX-512".
    public var name: String { "CPU, \(threads.of("thread")), \(kernels.name)" }

    /// Memory of the host.
    public func makeTensor(_ shape: Shape) throws(ComputeError) -> Tensor {
        Tensor(shape: shape, storage: try HostMemory(count: shape.count, from: pool))
    }

    /// Copies values into a tensor.
    public func write(_ values: UnsafeBufferPointer<Float>, to tensor: Tensor) {
        precondition(values.count == tensor.shape.count, "\(values.count) values for \(tensor.shape)")
        if let base = values.baseAddress { tensor.host.update(from: base, count: values.count) }
    }

    /// Copies a tensor's values out.
    public func read(_ tensor: Tensor) -> [Float] {
        [Float](UnsafeBufferPointer(start: tensor.host, count: tensor.shape.count))
    }

    /// A plan by the layers that have kernels.
    public func plan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan {
        try inferencePlan(segment, values: values)
    }

    /// A plan by the layers that have kernels.
    public func plan(_ segment: Segment) throws(ComputeError) -> any GradientPlan { try gradientPlan(segment) }

    /// One operation after another.
    package func operationPlan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan {
        try CPUFoldedPlan(segment, values, on: self)
    }

    /// Weights in panels, for these kernels.
    package func matrix(_ weights: LinearWeights) throws(ComputeError) -> any Matrix {
        try PackedMatrix(weights, panelColumns: kernels.table.pointee.panel_columns)
    }

    /// How many rows a thread takes at a time: enough to read the weights seldom, few enough that all it works on stays
    /// in its second level cache, and so few that every thread has some.
    ///
    /// - Parameters:
    ///   - rows: How many rows there are.
    ///   - floats: How many values the work on one row needs.
    /// - Returns: A multiple of four rows, which the kernels' tiles fill.
    func grain(rows: Int, floats: Int) -> Int {
        let tile = kernels.table.pointee.tile_rows
        let cached = max(1, min(32, 1_400_000 / 4 / max(floats, 1) / tile))
        // As many turns for one thread as for another: one turn more for some would leave the others waiting.
        let turns = (rows + cached * tile - 1) / (cached * tile)
        let fair = (turns + threads - 1) / threads * threads
        return max(1, (rows + 4 * fair - 1) / max(1, 4 * fair)) * 4
    }

    /// Memory for each thread.
    func scratch(_ floats: Int) -> Scratch { Scratch(floats: floats, pool: pool) }

    /// Floats from one scratch row to the next: never a multiple of 4 KB, which would put all rows of a tile into the
    /// same lines of the first level cache.
    func scratchStride(_ channels: Int) -> Int { (channels + 15) / 16 * 16 + 16 }
}

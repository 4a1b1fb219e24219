/// Processes that train one network together, each on its share of every batch.
///
/// All of them call the same functions in the same order, and each call waits for the others. Tensors are a device's; how
/// they travel is the group's matter: over MPI from the host's memory, or between graphics processors.
public protocol ProcessGroup: AnyObject {
    /// Which of the processes this one is, from 0. The first alone writes.
    var rank: Int { get }
    /// How many there are.
    var count: Int { get }

    /// Says where this process computes, before anything else is asked of the group. Groups that need no device have
    /// nothing to do.
    ///
    /// - Parameter device: Where its tensors are.
    /// - Throws: `ComputeError`.
    func begin(on device: any Device) throws(ComputeError)

    /// The sum over all processes takes the place of each tensor's values, the same bits in all of them.
    ///
    /// - Parameters:
    ///   - tensors: Of the same shapes in all processes.
    ///   - device: Where they are.
    /// - Throws: `ComputeError`.
    func sum(_ tensors: [Tensor], on device: any Device) throws(ComputeError)

    /// Begins to sum tensors as `sum` does, beside what the device is asked for from now on. Nobody touches them before
    /// `finishSums`.
    ///
    /// - Parameters:
    ///   - tensors: Of the same shapes in all processes; what has been asked of them so far comes first.
    ///   - device: Where they are.
    /// - Throws: `ComputeError`.
    func beginSum(_ tensors: [Tensor], on device: any Device) throws(ComputeError)

    /// What the device is asked for from now on comes after all sums that were begun.
    ///
    /// - Throws: `ComputeError`.
    func finishSums() throws(ComputeError)

    /// The sums over all processes, the same bits in all of them.
    ///
    /// - Parameter values: As many in all processes.
    /// - Returns: One for each.
    /// - Throws: `ComputeError`.
    func sum(_ values: [Double]) throws(ComputeError) -> [Double]

    /// What process 0 has takes the place of what the others have.
    ///
    /// - Parameters:
    ///   - tensors: Of the same shapes in all processes.
    ///   - device: Where they are.
    /// - Throws: `ComputeError`.
    func broadcast(_ tensors: [Tensor], on device: any Device) throws(ComputeError)

    /// Hands what process 0 has to the others.
    ///
    /// - Parameter bytes: What it has; in the other processes anything.
    /// - Returns: The same in all of them.
    /// - Throws: `ComputeError`.
    func broadcast(_ bytes: [UInt8]) throws(ComputeError) -> [UInt8]

    /// Leaves the group, as all do before they end.
    func end()

    /// Ends all processes, since this one cannot go on and the others would wait for it.
    ///
    /// - Parameter status: The exit status.
    func abort(status: Int32) -> Never
}

extension ProcessGroup {
    /// Nothing to do.
    public func begin(on device: any Device) throws(ComputeError) {}

    /// Sums now.
    public func beginSum(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        try sum(tensors, on: device)
    }

    /// Nothing is under way.
    public func finishSums() throws(ComputeError) {}

    /// Whether any process says so.
    ///
    /// - Parameter answer: This process's.
    /// - Returns: The same in all of them.
    /// - Throws: `ComputeError`.
    public func any(_ answer: Bool) throws(ComputeError) -> Bool { try sum([answer ? 1 : 0])[0] > 0 }

    /// What each process has.
    ///
    /// - Parameter bytes: This process's; of any length.
    /// - Returns: The same in all of them: one for each rank, in their order.
    /// - Throws: `ComputeError`.
    public func gather(_ bytes: [UInt8]) throws(ComputeError) -> [[UInt8]] {
        var counts = [Double](repeating: 0, count: count)
        counts[rank] = Double(bytes.count)
        let ends = try sum(counts).reduce(into: [0]) { ends, count in ends.append((ends.last ?? 0) + Int(count)) }
        var all = [Double](repeating: 0, count: ends.last ?? 0)
        for (place, byte) in bytes.enumerated() { all[ends[rank] + place] = Double(byte) }
        let found = try sum(all).map { UInt8($0) }
        return zip(ends, ends.dropFirst()).map { Array(found[$0..<$1]) }
    }
}

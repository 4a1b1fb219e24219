import CCUDA
import Glibc

/// Processes with a card each, which reach each other over NCCL: Scripts/train-gpus starts them. Everything travels by the
/// one operation that there is, a sum over all of single-precision values on the cards.
package final class CUDAProcessGroup: ProcessGroup {
    package let rank: Int
    package let count: Int
    private let meetingPlace: String
    private var card: CUDADevice?
    private var group: OpaquePointer?
    /// What the card has computed before sums, and the sums.
    private var (computed, summed): (OpaquePointer?, OpaquePointer?) = (nil, nil)

    /// How long the others wait for what the first leaves for them, in seconds.
    private static let patience = 300.0

    /// A process that has not joined the others yet.
    ///
    /// - Parameters:
    ///   - rank: Which of the processes this one is, from 0.
    ///   - count: How many there are.
    ///   - meetingPlace: A file that is not there yet, in a folder that all of them see; the first leaves the group's
    ///     identity there.
    package init(rank: Int, count: Int, meetingPlace: String) {
        (self.rank, self.count, self.meetingPlace) = (rank, count, meetingPlace)
    }

    /// Joins the others with this process's card, and waits for them.
    package func begin(on device: any Device) throws(ComputeError) {
        guard let card = device as? CUDADevice else {
            throw .processes(
                "this is one of \(count) processes that were started for cards, but \(device.name) computes; give "
                    + "--device cuda, or start them with mpirun")
        }
        let identity = try rank == 0 ? leaveIdentity(by: card) : awaitIdentity()
        var group: OpaquePointer?
        try card.context.call { table, handle in
            table.join_group(handle, identity, Int32(rank), Int32(count), &group)
        }
        (self.card, self.group) = (card, group)
        try card.context.call { table, handle in table.make_event(handle, &computed) }
        try card.context.call { table, handle in table.make_event(handle, &summed) }
    }

    package func sum(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        try beginSum(tensors, on: device)
        try finishSums()
    }

    /// In a stream of its own, those that lie next to each other by one call.
    package func beginSum(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        let (card, group) = joined
        try order(mammo_cuda_compute, before: mammo_cuda_exchange, by: computed)
        var place = 0
        while place < tensors.count {
            let first = tensors[place].cardMemory
            var last = first
            last.copy = nil
            while place + 1 < tensors.count {
                let memory = tensors[place + 1].cardMemory
                guard memory.whole != nil, memory.whole === first.whole, memory.base == last.next else { break }
                memory.copy = nil
                (last, place) = (memory, place + 1)
            }
            place += 1
            let values = first.base.assumingMemoryBound(to: Float.self)
            let count = Int64((last.base + last.bytes - first.base) / MemoryLayout<Float>.stride)
            try card.context.call { table, handle in
                table.all_reduce(handle, group, mammo_cuda_exchange, values, count)
            }
        }
    }

    package func finishSums() throws(ComputeError) {
        try order(mammo_cuda_exchange, before: mammo_cuda_compute, by: summed)
    }

    /// What a stream has been given so far comes before what another is given from now on.
    private func order(
        _ one: mammo_cuda_stream, before other: mammo_cuda_stream, by event: OpaquePointer?
    ) throws(ComputeError) {
        try joined.card.context.call { table, handle in
            let status = table.record(handle, event, one)
            return status == mammo_cuda_ok ? table.wait(handle, event, other) : status
        }
    }

    /// Every process learns every value to the bit, and adds them up in the order of the ranks.
    package func sum(_ values: [Double]) throws(ComputeError) -> [Double] {
        // A quarter of a value's bits is a whole number that single precision has.
        let quarters = values.flatMap { value in
            stride(from: 0, to: 64, by: 16).map { UInt16(truncatingIfNeeded: value.bitPattern >> $0) }
        }
        let all = try exchange(quarters)
        return values.indices.map { place in
            (0..<count).reduce(0.0) { sum, rank in
                let bits = (0..<4).reduce(UInt64(0)) { bits, quarter in
                    bits | UInt64(all[rank * quarters.count + 4 * place + quarter]) << (16 * quarter)
                }
                return sum + Double(bitPattern: bits)
            }
        }
    }

    package func broadcast(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        for tensor in tensors {
            // What is added to a value and leaves it as it is, zeros of either sign too.
            if rank > 0 { try device.overwrite(tensor, with: [Float](repeating: -0.0, count: tensor.shape.count)) }
            try sum([tensor], on: device)
        }
    }

    package func broadcast(_ bytes: [UInt8]) throws(ComputeError) -> [UInt8] {
        let count = Int(try sum([rank == 0 ? Double(bytes.count) : 0])[0])
        let own = rank == 0 ? bytes.map { Float($0) } : [Float](repeating: 0, count: count)
        return try sums(own).map { UInt8($0) }
    }

    package func end() {
        if let card, let group { card.context.leave(group) }
        for event in [computed, summed].compactMap(\.self) { card?.context.release(event: event) }
        (card, group, computed, summed) = (nil, nil, nil, nil)
    }

    /// Ends this process at once, since its card may wait for the others; who started them ends those.
    package func abort(status: Int32) -> Never { _exit(status) }

    /// What each of the processes has, those of the first at the front.
    private func exchange(_ words: [UInt16]) throws(ComputeError) -> [UInt16] {
        var own = [Float](repeating: 0, count: count * words.count)
        for (place, word) in words.enumerated() { own[rank * words.count + place] = Float(word) }
        return try sums(own).map { UInt16($0) }
    }

    private func sums(_ values: [Float]) throws(ComputeError) -> [Float] {
        guard !values.isEmpty else { return [] }
        let card = joined.card
        let tensor = try card.tensor(values, Shape(channels: values.count))
        try sum([tensor], on: card)
        return try card.read(tensor)
    }

    private var joined: (card: CUDADevice, group: OpaquePointer) {
        guard let card, let group else { preconditionFailure("a group that was not begun") }
        return (card, group)
    }

    private func leaveIdentity(by card: CUDADevice) throws(ComputeError) -> [CChar] {
        var identity = [CChar](repeating: 0, count: 128)
        let libraries = card.plugin.libraries
        try card.context.call { table, _ in table.group_id(libraries, &identity) }
        // Beside its place first: the others take what is there for the whole.
        let part = meetingPlace + ".part"
        let file = fopen(part, "wx")
        let isWritten =
            file.map { fwrite(identity, 1, identity.count, $0) == identity.count && fclose($0) == 0 } ?? false
        guard isWritten, rename(part, meetingPlace) == 0 else {
            throw .processes("\(meetingPlace): \(String(cString: strerror(errno))); the other processes wait for it")
        }
        return identity
    }

    private func awaitIdentity() throws(ComputeError) -> [CChar] {
        let step = 0.02
        for _ in 0..<Int(Self.patience / step) {
            if let file = fopen(meetingPlace, "r") {
                defer { fclose(file) }
                var identity = [CChar](repeating: 0, count: 128)
                guard fread(&identity, 1, identity.count, file) == identity.count else {
                    throw .processes("\(meetingPlace): expected 128 bytes, the identity of a group of processes")
                }
                return identity
            }
            usleep(UInt32(step * 1e6))
        }
        throw .processes("\(meetingPlace) is not there after \(Int(Self.patience)) s: process 0 has not begun")
    }
}

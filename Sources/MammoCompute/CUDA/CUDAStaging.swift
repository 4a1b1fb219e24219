import CCUDA
import Synchronization

/// The way of gray images to a card: from page-locked memory of the host, in a stream of its own, so that the next batch
/// is copied while the card computes. Two slots take turns; each is made once, and again only for larger batches.
final class CUDAStaging: Sendable {
    /// Unchecked: used with the lock of `slots` held.
    private final class Slot: @unchecked Sendable {
        let host: UnsafeMutableRawPointer
        let card: CUDAMemory
        /// What has come up, and what has been read.
        let (uploaded, used): (OpaquePointer, OpaquePointer)
        private let context: CUDAContext

        init(bytes: Int, in context: CUDAContext) throws(ComputeError) {
            var (host, uploaded, used): (UnsafeMutableRawPointer?, OpaquePointer?, OpaquePointer?)
            card = try CUDAMemory(bytes: bytes, in: context)
            try context.call { table, handle in table.allocate_host(handle, bytes, &host) }
            try context.call { table, handle in table.make_event(handle, &uploaded) }
            try context.call { table, handle in table.make_event(handle, &used) }
            guard let host, let uploaded, let used else { throw .failed("the plugin gave no memory") }
            (self.host, self.uploaded, self.used, self.context) = (host, uploaded, used, context)
            // The copying stream waits until the computing one, which gives memory out, has given this.
            try context.call { table, handle in table.record(handle, used, mammo_cuda_compute) }
        }

        deinit {
            // The last copy may be under way.
            try? context.call { table, handle in table.synchronise(handle) }
            context.releaseHost(host)
            context.release(event: uploaded)
            context.release(event: used)
        }
    }

    private struct Slots {
        var slots: [Slot?] = [nil, nil]
        /// Of the batches that they have had.
        var numbers = [0, 0]
        var next = 0
    }

    private let context: CUDAContext
    private let slots = Mutex(Slots())

    init(_ context: CUDAContext) { self.context = context }

    /// A batch that has been given to the copying stream.
    struct Ticket: Sendable {
        fileprivate let (place, number): (Int, Int)
    }

    /// Brings a batch to the card, beside what it computes.
    ///
    /// - Parameters:
    ///   - images: Gray images of 8 bits a pixel.
    ///   - batch: How they are normalised.
    /// - Returns: The batch's place.
    /// - Throws: `ComputeError`.
    func upload(_ images: [[UInt8]], of batch: GrayInput) throws(ComputeError) -> Ticket {
        try withSlots { slots throws(ComputeError) in try Self.upload(images, of: batch, by: &slots, in: context) }
    }

    /// Normalises a batch on the card.
    ///
    /// - Parameters:
    ///   - images: Gray images of 8 bits a pixel.
    ///   - batch: How they are normalised.
    ///   - ticket: Of the same batch; nil where it has not been brought. One whose place others have taken since is brought anew.
    ///   - out: Of the batch's shape.
    /// - Throws: `ComputeError`.
    func bring(
        _ images: [[UInt8]], of batch: GrayInput, by ticket: Ticket?, to out: Tensor
    ) throws(ComputeError) {
        try withSlots { slots throws(ComputeError) in
            var place = ticket.flatMap { slots.numbers[$0.place] == $0.number ? $0.place : nil }
            if place == nil { place = try Self.upload(images, of: batch, by: &slots, in: context).place }
            guard let place, let slot = slots.slots[place] else { preconditionFailure("a batch that was brought") }
            let pixels = batch.shape.positions
            try context.call { table, handle in table.wait(handle, slot.uploaded, mammo_cuda_compute) }
            try context.call { table, handle in
                let gray = UnsafePointer(slot.card.base.assumingMemoryBound(to: UInt8.self))
                return table.gray_input(
                    handle, gray, Self.flips(of: batch) == 0 ? nil : gray + pixels, batch.mean, batch.deviation,
                    batch.shape.card, out.card)
            }
            try context.call { table, handle in table.record(handle, slot.used, mammo_cuda_compute) }
        }
    }

    private func withSlots<Made>(
        _ body: (inout Slots) throws(ComputeError) -> Made
    ) throws(ComputeError) -> Made {
        let made: Result<Made, ComputeError> = slots.withLock { slots in
            do throws(ComputeError) { return .success(try body(&slots)) } catch { return .failure(error) }
        }
        return try made.get()
    }

    private static func flips(of batch: GrayInput) -> UInt8 {
        (batch.turnsColumns ? 1 : 0) | (batch.turnsRows ? 2 : 0)
    }

    private static func upload(
        _ images: [[UInt8]], of batch: GrayInput, by slots: inout Slots, in context: CUDAContext
    ) throws(ComputeError) -> Ticket {
        let pixels = batch.shape.positions
        let bytes = pixels + images.count
        let place = slots.next
        slots.next = (place + 1) % slots.slots.count
        slots.numbers[place] += 1
        let slot: Slot
        if let earlier = slots.slots[place], earlier.card.bytes >= bytes {
            slot = earlier
            // Done long ago, as a rule: the batch between has been asked for since.
            try context.call { table, handle in table.wait_on_host(handle, slot.uploaded) }
        } else {
            slots.slots[place] = nil
            slot = try Slot(bytes: bytes, in: context)
            slots.slots[place] = slot
        }
        for (number, image) in images.enumerated() {
            image.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: slot.host + number * image.count, count: $0.count).copyMemory(
                    from: $0)
            }
        }
        (slot.host + pixels).initializeMemory(as: UInt8.self, repeating: flips(of: batch), count: images.count)
        try context.call { table, handle in table.wait(handle, slot.used, mammo_cuda_copy) }
        try context.call { table, handle in table.upload(handle, mammo_cuda_copy, slot.card.base, slot.host, bytes) }
        try context.call { table, handle in table.record(handle, slot.uploaded, mammo_cuda_copy) }
        return Ticket(place: place, number: slots.numbers[place])
    }
}

extension CUDADevice {
    /// A byte a pixel goes to the card, and is normalised there; images of 16 bits a pixel are normalised by the host, to
    /// the same bits.
    public func input(_ batch: GrayInput) throws(ComputeError) -> Tensor { try input(StagedInput(batch)) }

    /// Images of 8 bits a pixel are copied beside what the card computes.
    public func stage(_ batch: GrayInput) throws(ComputeError) -> StagedInput {
        guard case .eight(let images) = batch.pixels else { return StagedInput(batch) }
        return StagedInput(batch, at: try staging.upload(images, of: batch))
    }

    /// See `input` of a batch.
    public func input(_ staged: StagedInput) throws(ComputeError) -> Tensor {
        let batch = staged.batch
        switch batch.pixels {
        case .eight(let images):
            let out = try makeTensor(batch.shape)
            try staging.bring(images, of: batch, by: staged.place, to: out)
            return out
        case .sixteen:
            let values = [Float](unsafeUninitializedCapacity: batch.shape.count) { out, count in
                if let start = out.baseAddress { batch.normalise(into: start, threads: 1) }
                count = batch.shape.count
            }
            return try tensor(values, batch.shape)
        }
    }
}

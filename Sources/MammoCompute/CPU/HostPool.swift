import Glibc
import Synchronization

/// Memory that tensors and threads have given back, for those that come next: asked of the system anew, each page costs a fault
/// and is cleared, and giving it back stops all threads for a moment.
///
/// What is in use and what is held together never exceed the most that was in use at a time: where a block of another size is
/// needed, blocks that are held are freed first.
final class HostPool: Sendable {
    /// Memory of at least the size that was asked for.
    struct Block {
        /// Aligned to a cache line.
        let base: UnsafeMutableRawPointer
        let bytes: Int
    }

    private struct State {
        /// Addresses and sizes, in the order in which they were given back.
        var held: [(address: UInt, bytes: Int)] = []
        var (used, idle, most) = (0, 0, 0)
    }

    private let state = Mutex(State())
    /// Smaller blocks are the allocator's own business.
    private static let least = 1 << 16
    /// Of large pages: a block of several has them where the system offers them.
    private static let largePage = 1 << 21

    /// Takes a block.
    ///
    /// - Parameter bytes: How many it has at least.
    /// - Returns: The block, or nil where there is no memory.
    func take(_ bytes: Int) -> Block? {
        let wanted = (bytes + Self.least - 1) / Self.least * Self.least
        let (found, surplus) = state.withLock { state in
            state.used += wanted
            if let place = Self.place(of: wanted, among: state.held) {
                let found = state.held.remove(at: place)
                state.idle -= found.bytes
                state.used += found.bytes - wanted
                return (found, [(address: UInt, bytes: Int)]())
            }
            state.most = max(state.most, state.used)
            var surplus: [(address: UInt, bytes: Int)] = []
            while state.used + state.idle > state.most, let oldest = state.held.first {
                state.held.removeFirst()
                state.idle -= oldest.bytes
                surplus.append(oldest)
            }
            return ((address: 0, bytes: wanted), surplus)
        }
        for block in surplus { free(UnsafeMutableRawPointer(bitPattern: block.address)) }
        if let base = UnsafeMutableRawPointer(bitPattern: found.address) {
            return Block(base: base, bytes: found.bytes)
        }
        if let base = Self.allocated(wanted) { return Block(base: base, bytes: wanted) }
        state.withLock { $0.used -= wanted }
        return nil
    }

    /// Takes a block back.
    func give(_ block: Block) {
        let address = UInt(bitPattern: block.base)
        state.withLock { state in
            state.used -= block.bytes
            state.idle += block.bytes
            state.held.append((address, block.bytes))
        }
    }

    /// The smallest block that is large enough and not much larger; of several, the last that was given back, which may
    /// still be in a cache.
    private static func place(of bytes: Int, among held: [(address: UInt, bytes: Int)]) -> Int? {
        var found: Int?
        for (place, block) in held.enumerated()
        where block.bytes >= bytes && block.bytes <= bytes + bytes / 4 + 8 * least {
            if let best = found, held[best].bytes < block.bytes { continue }
            found = place
        }
        return found
    }

    /// Memory from the system; nil where there is none.
    static func allocated(_ bytes: Int) -> UnsafeMutableRawPointer? {
        var memory: UnsafeMutableRawPointer?
        let isLarge = bytes >= 2 * largePage
        guard posix_memalign(&memory, isLarge ? largePage : 64, max(bytes, 1)) == 0 else { return nil }
        if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
        return memory
    }

    deinit {
        for block in state.withLock({ $0.held }) { free(UnsafeMutableRawPointer(bitPattern: block.address)) }
    }
}

/// Memory that each thread has to itself while it works.
struct Scratch: Sendable {
    /// Values of single precision, aligned to a cache line.
    var floats = 0
    /// Where it comes from and goes back to.
    var pool: HostPool?

    /// Memory for one thread.
    func withMemory(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        let bytes = max(floats, 1) * MemoryLayout<Float>.stride
        if let pool, let block = pool.take(bytes) {
            body(block.base.bindMemory(to: Float.self, capacity: max(floats, 1)))
            pool.give(block)
        } else {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            defer { memory.deallocate() }
            body(memory.bindMemory(to: Float.self, capacity: max(floats, 1)))
        }
    }
}

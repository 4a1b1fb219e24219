import Synchronization

/// Counts what a reader hands over, and how long it is waited for; from any thread.
public final class ReaderMeter: Sendable {
    private let taken = Atomic(0)
    private let waited = Atomic(0)

    /// A meter at zero.
    public init() {}

    /// Images that were handed over.
    public var images: Int { taken.load(ordering: .relaxed) }
    /// Seconds that were spent waiting for them.
    public var seconds: Double { Double(waited.load(ordering: .relaxed)) * 1e-9 }

    /// Waits for an image.
    ///
    /// - Parameter take: Returns when it is there.
    /// - Returns: What `take` returns.
    func wait<Value>(_ take: () -> Value) -> Value {
        let start = ContinuousClock.now
        let value = take()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        waited.wrappingAdd(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000), ordering: .relaxed)
        taken.wrappingAdd(1, ordering: .relaxed)
        return value
    }
}

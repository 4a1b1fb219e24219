import MammoCompute
import MammoData

/// How long a device has nothing to do in an epoch's training because its images are not there yet. The host's waiting is
/// counted as far as the device is idle meanwhile: a card may still have work of the step before.
struct ImageWait {
    private let meter: ReaderMeter
    private let clock: (any IdleClock)?
    /// What the meter showed when the last step was done.
    private var before = 0.0
    /// What has been waited for the step under way, by the host.
    private var waited = 0.0
    /// Seconds of this epoch.
    private(set) var seconds = 0.0

    /// Of a device, with what counts the images that are waited for.
    init(_ meter: ReaderMeter, on device: any Device) throws(ComputeError) {
        (self.meter, clock) = (meter, try device.makeIdleClock())
    }

    /// An epoch's images begin to be waited for.
    mutating func epochBegins() throws(ComputeError) {
        seconds = 0
        try stepDone()
    }

    /// The images of a step have come.
    mutating func stepBegins() throws(ComputeError) {
        waited = meter.seconds - before
        try clock?.begins()
    }

    /// All of a step has been given to the device, and the next one's images are waited for.
    mutating func stepEnds() throws(ComputeError) {
        let idle = try clock?.seconds() ?? waited
        seconds += min(waited, idle)
        try stepDone()
    }

    private mutating func stepDone() throws(ComputeError) {
        before = meter.seconds
        try clock?.ended()
    }
}

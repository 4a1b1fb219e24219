import FoundationEssentials
import MammoBase
import MammoCompute
import MammoImage

/// Times work on a device. A card's operations are asynchronous: each measurement ends with a read of one value, which
/// waits for everything asked for before.
struct Stopwatch {
    private let device: any Device
    private let mark: Tensor
    private let clock = ContinuousClock()

    init(_ device: any Device) throws(ComputeError) {
        self.device = device
        mark = try device.tensor([0], Shape(channels: 1))
    }

    /// Waits until the device has done everything it was asked for, and reads the clock.
    func now() throws(ComputeError) -> ContinuousClock.Instant {
        _ = try device.read(mark)
        return clock.now
    }

    /// How long `work` takes, in seconds.
    func seconds(_ work: () throws -> Void) throws -> Double {
        let start = try now()
        try work()
        return (try now() - start).inSeconds
    }
}

/// The most memory that the work has taken.
enum PeakMemory {
    /// The last line of `forward` and `train`: "peak 361", in MB, or "peak unknown".
    static func line(of device: any Device) -> String { "peak \(megabytes(of: device).map { "\($0)" } ?? "unknown")" }

    /// In MB; nil on a card, whose plugin does not report it yet.
    private static func megabytes(of device: any Device) -> Int? { device is CPUDevice ? hostMegabytes : nil }

    /// The most memory the process has held: of this program alone, where getrusage would count what the process was
    /// before it became this program.
    private static var hostMegabytes: Int? {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 / 1_000_000 }
    }
}

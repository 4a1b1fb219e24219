import MammoData
import MammoTrack
import TestSupport
import Testing

@Suite("System monitor", .timeLimit(.minutes(2)))
struct SystemMonitorTests {
    @Test("Samples while work is done, one more at the end up to the last step; the same for event files")
    func samples() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/system.csv"
        let cards = Cards([FakeNVML.whole], library: try FakeNVML.build(in: folder))
        let meter = ReaderMeter()
        let monitor = try SystemMonitor(path: path, cards: cards, meter: meter, step: 0, interval: 0.02)
        monitor.start()
        var seen: [SystemSample] = []
        var step = 0
        // Until the third sample is there, however long that takes.
        while seen.count < 3 {
            OrderedPrefetch(workers: 1, ahead: 1).run(count: 10, meter: meter) {
                $0
            } take: { _, _ in
                true
            }
            step += 1
            monitor.reached(step)
            seen += monitor.takeSamples()
        }
        monitor.stop()
        seen += monitor.takeSamples()
        #expect(meter.images == 10 * step && meter.seconds > 0)
        let last = try #require(seen.last)
        #expect(last.step == step && seen.map(\.step) == seen.map(\.step).sorted())
        let table = try SystemTable(path: path)
        #expect(table.rows == seen.map(\.fields) && monitor.problem == nil)
        for sample in seen {
            let known = Dictionary(uniqueKeysWithValues: sample.metrics.map { ($0.tag, $0.value) })
            #expect(try #require(known["system/process_memory_usage_megabytes"]) > 1)
            #expect(try #require(known["system/system_memory_usage_megabytes"]) > 1)
            #expect((0...1).contains(try #require(known["system/device_wait_fraction"])))
            #expect(known["system/gpu_0_utilization_percentage"] == 87 && known["system/gpu_0_energy_joules"] == 1250)
        }
        #expect(monitor.usage.joules == 1250 * Double(seen.count))
        #expect(abs(monitor.usage.seconds - seen.map(\.seconds).reduce(0, +)) < 1e-9)
    }

}

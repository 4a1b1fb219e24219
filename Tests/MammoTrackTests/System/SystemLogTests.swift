import MammoData
import MammoTrack
import TestSupport
import Testing

@Suite("system.csv")
struct SystemLogTests {
    /// A line of as many cards.
    static func sample(_ number: Int, cards: Int = 0, joules: Double? = 1800, step: Int? = nil) -> SystemSample {
        SystemSample(
            time: 1_700_000_000 + 5 * Double(number), step: step ?? 10 * number, seconds: 5,
            values: [50, 2000.5, 1000, nil, 12.25, 0.125],
            cards: (0..<cards).map { .init(uuid: "GPU-\($0)", values: [87, 4000, 200, 60, joules]) })
    }

    private func text(_ path: String) throws -> [String] {
        String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("A line for each sample under MLflow's names; what is not known is empty")
    func lines() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/system.csv"
        let log = try SystemLog(path: path, cards: 1)
        try log.append(Self.sample(1, cards: 1, joules: nil))
        let lines = try text(path)
        #expect(
            lines[0]
                == "time,step,seconds,cpu_utilization_percentage,system_memory_usage_megabytes,"
                + "process_memory_usage_megabytes,disk_read_bytes_per_second,reader_images_per_second,device_wait_fraction,"
                + "gpu_0_uuid,gpu_0_utilization_percentage,gpu_0_memory_usage_megabytes,gpu_0_power_usage_watts,"
                + "gpu_0_temperature_celsius,gpu_0_energy_joules")
        #expect(
            lines[1]
                == "1700000005.000,10,5.000,50.000,2000.500,1000.000,,12.250,0.125,GPU-0,87.000,4000.000,200.000,60.000,"
        )
        let metrics = Self.sample(1, cards: 1, joules: nil).metrics
        #expect(metrics.map(\.tag).first == "system/cpu_utilization_percentage" && metrics.count == 9)
        #expect(metrics.contains { $0 == ("system/gpu_0_power_usage_watts", 200) })
    }

    @Test("Continued after a kill at any byte: no line is lost, repeated or torn", arguments: [0, 1, 7, 40])
    func killed(_ torn: Int) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/system.csv"
        let first = try SystemLog(path: path, cards: 0)
        for number in 1...3 { try first.append(Self.sample(number)) }
        let whole = try Files.read(path)
        let line = try #require(try text(path).last).utf8.count + 1
        let cut = torn == 0 ? 0 : line - torn
        try Files.write(Array(whole.dropLast(cut)), to: path)
        let second = try SystemLog(path: path, cards: 0)
        // The run resumes at an earlier step: what was measured stays.
        try second.append(Self.sample(4, step: 15))
        let steps = try text(path).dropFirst().map { $0.split(separator: ",")[1] }
        #expect(steps == (torn == 0 ? ["10", "20", "30", "15"] : ["10", "20", "15"]))
        #expect(second.earlier.seconds == (torn == 0 ? 15 : 10))
    }

    @Test("Resumed on a machine with more cards, or with fewer: lines stay, and fields that they lack are empty")
    func otherCards() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/system.csv"
        try SystemLog(path: path, cards: 0).append(Self.sample(1))
        try SystemLog(path: path, cards: 2).append(Self.sample(2, cards: 2))
        try SystemLog(path: path, cards: 1).append(Self.sample(3, cards: 1))
        let lines = try text(path)
        #expect(lines.count == 4 && lines[0].hasSuffix("gpu_1_energy_joules"))
        let widths = Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
        #expect(widths == [21])
        for (line, missing) in [(1, 12), (3, 6)] {
            #expect(lines[line].hasSuffix(String(repeating: ",", count: missing)))
        }
    }

    @Test("Energy is what cards count, or power times time; cost is time's; over all times that a run was resumed")
    func usage() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/system.csv"
        let log = try SystemLog(path: path, cards: 2)
        for number in 1...720 { try log.append(Self.sample(number, cards: 2)) }
        try log.append(Self.sample(721, cards: 2, joules: nil))
        let usage = try SystemLog(path: path, cards: 2).earlier
        #expect(usage.seconds == 721 * 5)
        #expect(usage.joules == 2_594_000.0)
        #expect(abs((usage.kilowattHours ?? 0) - 0.72056) < 1e-5 && abs(usage.cost(price: 2) - 2.00278) < 1e-4)
        #expect(try SystemLog(path: "\(folder.path)/none.csv", cards: 0).earlier.kilowattHours == nil)
    }

    @Test("Another table is refused with its line")
    func refusal() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a,b\n1,2\n", to: "system.csv")
        do throws(DataError) {
            _ = try SystemLog(path: path, cards: 0)
            Issue.record("passes")
        } catch {
            #expect(error.description.hasPrefix("\(path):1: the header is 'a,b', expected time,step,"))
        }
    }
}

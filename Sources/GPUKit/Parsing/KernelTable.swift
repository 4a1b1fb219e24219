import MammoData

/// ncu's CSV: a line for each metric of each kernel that was launched.
package enum KernelTable {
    /// The metrics that are asked for.
    package static let metrics: [(name: String, path: WritableKeyPath<Kernel, Double?> & Sendable)] = [
        ("gpu__time_duration.sum", \.duration_us),
        ("dram__throughput.avg.pct_of_peak_sustained_elapsed", \.dram_percent),
        ("sm__throughput.avg.pct_of_peak_sustained_elapsed", \.sm_percent),
        ("launch__registers_per_thread", \.registers),
        ("sm__warps_active.avg.pct_of_peak_sustained_active", \.occupancy_percent),
    ]

    /// Reads the kernels of one operation, in the order of their launches.
    ///
    /// - Parameters:
    ///   - text: What ncu wrote; lines before the header are passed over.
    ///   - operation: What was measured.
    /// - Returns: The kernels.
    /// - Throws: `StepProblem.failed` where it is no such table.
    package static func read(_ text: String, operation: String) throws(StepProblem) -> [Kernel] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { $0.contains(#""Kernel Name""#) }) else {
            throw .failed("ncu of \(operation): no table; \(problem(in: lines) ?? "nothing says why")")
        }
        let table: DelimitedText
        do throws(DataError) {
            table = try DelimitedText(Array(lines[first...].joined(separator: "\n").utf8), path: "ncu of \(operation)")
        } catch { throw .failed(error.description) }
        let header = table.header.fields
        let columns = ["ID", "Kernel Name", "Metric Name", "Metric Value"].map { header.firstIndex(of: $0) }
        guard let id = columns[0], let name = columns[1], let metric = columns[2], let value = columns[3] else {
            throw .failed("ncu of \(operation): the header is \(header.joined(separator: ", "))")
        }
        let unit = header.firstIndex(of: "Metric Unit")
        var kernels: [(id: String, kernel: Kernel)] = []
        for fields in table.records.map(\.fields) {
            if kernels.last?.id != fields[id] {
                kernels.append((fields[id], Kernel(operation: operation, kernel: fields[name])))
            }
            guard let path = metrics.first(where: { $0.name == fields[metric] })?.path else { continue }
            // With commas between thousands.
            let number = Double(fields[value].filter { $0 != "," })
            let factor = path == \.duration_us ? microseconds(of: unit.map { fields[$0] }) : 1
            kernels[kernels.count - 1].kernel[keyPath: path] = number.map { $0 * factor }
        }
        return kernels.map(\.kernel)
    }

    /// What ncu says where it cannot measure.
    private static func problem(in lines: [Substring]) -> String? {
        lines.first { $0.hasPrefix("==ERROR==") }.map { String($0.drop { $0 == "=" || $0 == " " }) }
    }

    private static func microseconds(of unit: String?) -> Double {
        switch unit {
        case "s", "second": 1e6
        case "ms", "msecond": 1e3
        case "us", "usecond": 1
        default: 1e-3
        }
    }
}

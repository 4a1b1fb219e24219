import MammoBase

/// The report for people: sections that Documentation/measurements.md can take as they are.
package struct MarkdownReport {
    private static let operationsShown = 30
    private let report: Report

    package init(_ report: Report) { self.report = report }

    package var text: String {
        let sections =
            [heading] + under("Steps", [steps, checks]) + under("Values", [values])
            + under("Speed", [speeds(.training, "Training"), speeds(.inference, "Inference")])
            + under("Operations", [operations, fused, kernels])
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    /// Tables below a heading, if there are any.
    private func under(_ heading: String, _ tables: [[String]]) -> [[String]] {
        tables.allSatisfy(\.isEmpty) ? [] : [["### \(heading)"]] + tables
    }

    private var heading: [String] {
        let (kit, machine) = (report.kit, report.machine)
        var title = "## Measured on one \(machine.card.map(Self.withMaker) ?? machine.device ?? "card")"
        if kit.emulated { title = "## Rehearsed on the CPU: no figure below is a card's" }
        var facts: [String] = []
        if let device = machine.device { facts.append(device) }
        if let driver = machine.driver { facts.append("driver \(driver)") }
        if let plugin = machine.plugin { facts.append("plugin: \(plugin)") }
        if let cublaslt = machine.cublaslt { facts.append("cuBLASLt \(cublaslt)") }
        if let nccl = machine.nccl { facts.append("NCCL \(nccl)") }
        if let pytorch = machine.pytorch { facts.append(pytorch) }
        if let cores = machine.cores { facts.append("\(cores) cores") }
        var lines = [title, ""] + facts.map { "- \($0)" }
        lines += machine.problems.map { "- not usable: \($0)" }
        lines += ["- \(kit.commit), \(kit.date)", "- `\(kit.command)`"]
        switch report.outcome {
        case .finished: break
        case .running: lines += ["", "This run has not come to its end."]
        case .interrupted: lines += ["", "This run was interrupted."]
        }
        return lines
    }

    private static func withMaker(_ card: String) -> String { card.hasPrefix("NVIDIA") ? card : "NVIDIA \(card)" }

    private var steps: [String] {
        var table = MarkdownTable(("", true), ("step", false), ("result", false), ("", false), ("s", true))
        for step in report.steps {
            table.rows.append(
                ["\(step.part)", step.name, step.status.rawValue, step.note, step.seconds.decimals(1)])
        }
        return table.lines
    }

    private var checks: [String] {
        var table = MarkdownTable(
            ("operations checked by", false), ("cases", true), ("failures", true), ("skipped", true), ("errors", true))
        func count(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }
        for run in report.checks {
            table.rows.append([run.tool, count(run.cases), count(run.failures), count(run.skipped), count(run.errors)])
        }
        let failed = report.checks.flatMap { run in run.failed.map { "- \(run.tool): \($0)" } }
        return table.lines + (failed.isEmpty ? [] : [""] + failed)
    }

    private var values: [String] {
        var table = MarkdownTable(("compared", false), ("error", true), ("limit", true), ("", false))
        func size(_ value: Double?) -> String { value.map { $0.scientific } ?? "" }
        for check in report.values {
            let verdict = check.passed ? "passed" : "WRONG" + (check.message.map { ": \($0)" } ?? "")
            table.rows.append([check.check, size(check.error), size(check.limit), verdict])
        }
        return table.lines
    }

    private func speeds(_ work: Speed.Work, _ title: String) -> [String] {
        let speeds = report.speeds.filter { $0.work == work }
        var table = MarkdownTable(
            (title, false), ("type", false), ("program", false), ("images/s", true), ("ms", true), ("MB", true),
            ("mammo is × as fast", true), ("of the roofline", true), ("", false))
        for speed in SpeedComparison.sorted(speeds) {
            // A rehearsal's network is another than the roofline's.
            let comparison = SpeedComparison(speed, among: speeds, report.kit.emulated ? nil : report.roofline)
            table.rows.append([
                "\(speed.batch) × \(speed.rows)×\(speed.columns)", speed.type, speed.program,
                speed.imagesPerSecond.map { $0.decimals(1) } ?? "", speed.seconds.map { ($0 * 1e3).decimals(1) } ?? "",
                speed.peak_megabytes.map { "\($0)" } ?? "", comparison.ratio.map { $0.decimals(2) } ?? "",
                comparison.share.map { "\(($0 * 100).decimals(0)) %" } ?? "", speed.note ?? "",
            ])
        }
        return table.lines
    }

    private var operations: [String] {
        // The others are in operations.tsv.
        let rows = report.operations.longest(Self.operationsShown)
        guard let first = rows.first else { return [] }
        var table = MarkdownTable(
            ("the \(rows.count) longest operations, \(first.batch) images, \(first.type)", false), ("stage", true),
            ("times", true),
            ("least ms", true),
            ("took ms", true), ("all ms", true), ("of nominal", true), ("of measured", true), ("GB/s", true),
            ("GFLOP/s", true), ("bound by", false))
        func share(_ value: Double?) -> String { value.map { "\(($0 * 100).decimals(0)) %" } ?? "" }
        for row in rows + [report.operations.sum, report.operations.copy].compactMap({ $0 }) {
            table.rows.append([
                row.operation, "\(row.stage)", "\(row.times_per_image)", row.least_ms.decimals(3),
                row.took_ms.decimals(3),
                row.totalMilliseconds.decimals(2), share(row.share_of_nominal), share(row.share_of_measured),
                row.gigabytes_per_second.decimals(0), row.gigaflops_per_second.decimals(0), row.bound,
            ])
        }
        return table.lines
    }

    private var fused: [String] {
        let comparisons = FusedOperation.comparisons(report.operations, report.separate_operations)
        guard !comparisons.isEmpty else { return [] }
        var table = MarkdownTable(
            ("in one kernel", false), ("stage", true), ("ms", true), ("product and a pass, ms", true),
            ("× as fast", true))
        for each in comparisons {
            table.rows.append([
                each.name, "\(each.stage)", each.together.decimals(3), each.separate.decimals(3),
                (each.separate / each.together).decimals(2),
            ])
        }
        return table.lines
    }

    private var kernels: [String] {
        var table = MarkdownTable(
            ("operation", false), ("kernel", false), ("µs", true), ("memory %", true), ("SM %", true),
            ("registers", true),
            ("occupancy %", true))
        func number(_ value: Double?, _ digits: Int) -> String { value.map { $0.decimals(digits) } ?? "" }
        for kernel in report.kernels {
            table.rows.append([
                kernel.operation, "`\(kernel.shortName)`", number(kernel.duration_us, 1),
                number(kernel.dram_percent, 1), number(kernel.sm_percent, 1), number(kernel.registers, 0),
                number(kernel.occupancy_percent, 1),
            ])
        }
        return table.lines
    }
}

extension Double {
    /// As 1.2e-05.
    fileprivate var scientific: String {
        guard isFinite, self != 0 else { return "\(self)" }
        var exponent = 0
        var digits = magnitude
        while digits >= 9.95 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits < 0.995 { (digits, exponent) = (digits * 10, exponent - 1) }
        let sign = exponent < 0 ? "-" : "+"
        return
            "\(self < 0 ? "-" : "")\(digits.decimals(1))e\(sign)\(exponent.magnitude < 10 ? "0" : "")\(exponent.magnitude)"
    }
}

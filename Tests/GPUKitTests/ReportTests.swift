import GPUKit
import MammoData
import TestSupport
import Testing

@Suite("The kit's report")
struct ReportTests {
    static func report() throws -> Report {
        var report = Report(
            kit: KitFacts(
                command: "run --seconds 480", commit: "mammo 0.1.0", date: "2026-11-27", emulated: false, seconds: 480))
        report.machine.card = "Tesla T4"
        report.machine.driver = "535.1"
        report.machine.problems = ["no NCCL"]
        report.outcome = .finished
        report.steps = [StepResult(part: 1, name: "check-cuda", status: .passed, note: "9 cases | fine", seconds: 1.25)]
        report.values = [ValueCheck("logits", error: 1.24e-5, limit: 1e-4, passed: true)]
        report.operations = try OperationTable.read(TableTests.operations, path: "o.tsv")
        report.kernels = try KernelTable.read(TableTests.kernels, operation: "depthwise:1")
        var roofline = Roofline()
        roofline.training_bytes = 16e9
        roofline.nominal_gigabytes_per_second = 320
        report.roofline = roofline
        let (large, small) = (BatchShape(8, ImageSize(2048, 1024)), BatchShape(8, ImageSize(512, 256)))
        report.speeds = [
            Speed(.training, "mammo train", large, type: "fp16", seconds: 1, count: 9, peakMegabytes: 7000),
            Speed(.training, "mammo train", small, type: "fp32", seconds: 0.5, count: 9),
            Speed(.training, "bench-network", large, type: "fp16", seconds: 0.8, count: 3),
            Speed(.training, "PyTorch, eager", large, type: "fp16", seconds: 1.2, count: 3),
            Speed(.training, "PyTorch, compiled", large, type: "fp16", note: "out of memory: no room"),
        ]
        return report
    }

    @Test(
        "Tables for Documentation/measurements.md: what is the same work stands together, beside mammo and the roofline"
    )
    func markdown() throws {
        let text = MarkdownReport(try Self.report()).text
        #expect(text.hasPrefix("## Measured on one NVIDIA Tesla T4\n"))
        for line in [
            "- driver 535.1", "- not usable: no NCCL", "- mammo 0.1.0, 2026-11-27", "- `run --seconds 480`",
            "| 1 | check-cuda | passed | 9 cases \\| fine | 1.3 |", "| logits | 1.2e-05 | 1.0e-04 | passed |",
            "| 8 × 2048×1024 | fp16 | mammo train | 8.0 | 1000.0 | 7000 |  | 40 % |  |",
            "| 8 × 2048×1024 | fp16 | PyTorch, eager | 6.7 | 1200.0 |  | 1.50 | 33 % |  |",
            "| 8 × 2048×1024 | fp16 | PyTorch, compiled |  |  |  |  |  | out of memory: no room |",
            "| 8 × 512×256 | fp32 | mammo train | 16.0 | 500.0 |  |  |  |  |",
            "| training_step | 0 | 1 | 40.000 | 72.000 | 72.00 | 56 % | 60 % | 1900 | 130000 |  |",
        ] { #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) is not in\n\(text)") }
        let lines = text.split(separator: "\n").map(String.init)
        let small = try #require(lines.firstIndex { $0.hasPrefix("| 8 × 512") })
        #expect(lines[small - 1].contains("PyTorch, compiled"))
        var rehearsal = try Self.report()
        rehearsal.kit.emulated = true
        rehearsal.outcome = .interrupted
        let rehearsed = MarkdownReport(rehearsal).text
        #expect(rehearsed.hasPrefix("## Rehearsed on the CPU") && rehearsed.contains("This run was interrupted."))
    }

    @Test("report.json comes back as it was")
    func json() throws {
        let report = try Self.report()
        #expect(try JSONFile.read(JSONText.pretty(report), path: "report.json") == report)
    }

    @Test("The exit status says the worst of it")
    func status() throws {
        var report = try Self.report()
        #expect(report.exitStatus == 0)
        report.steps.append(StepResult(part: 2, name: "a", status: .skipped, note: "no python3"))
        #expect(report.exitStatus == 0)
        report.steps.append(StepResult(part: 2, name: "b", status: .timedOut, note: ""))
        #expect(report.exitStatus == 3)
        report.values.append(ValueCheck("bits", passed: false))
        #expect(report.exitStatus == 1)
        report.values.removeLast()
        report.checks = [CheckRun(tool: "memcheck", passed: false)]
        #expect(report.exitStatus == 1)
        report.outcome = .interrupted
        #expect(report.exitStatus == 130)
    }
}

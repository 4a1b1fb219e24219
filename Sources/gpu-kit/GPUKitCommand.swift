import ArgumentParser
import GPUKit
import Glibc
import MammoData

@main
struct GPUKitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Check and time mammo on this machine's NVIDIA card, and leave a report.",
        discussion: """
            EXAMPLES
              ./run
              ./run --out report --seconds 480
              ./run --emulated

            Goes through four parts in order: 1 every operation, by itself and under compute-sanitizer; 2 values beside
            PyTorch on the same card, and runs that must give the same bits; 3 speeds, side by side; 4 each operation, and
            the kernels of the longest. What is not installed here is passed over by name. Each step has its share of the
            time that is left; one that outruns it is ended, and the next begins.

            --out gets report.json and report.md, whole after every step, log.txt with all that was printed, and
            operations.tsv.

            Exit status: 0 nothing was wrong; 1 a value was wrong or a step failed; 3 steps were not finished in time;
            64 wrong arguments; 69 there is no card here; 130 interrupted.
            """)

    @Option(help: ArgumentHelp("The folder of the unpacked kit.", visibility: .hidden))
    var kit: String

    @Option(help: ArgumentHelp("The folder for the report.", valueName: "folder"))
    var out = "gpu-kit-report"

    @Option(help: ArgumentHelp("How long all of it may take.", valueName: "n"))
    var seconds = 480.0

    @Flag(help: "Rehearse at small sizes on the CPU, by the plugin whose threads are fibres there.")
    var emulated = false

    @Flag(
        help: ArgumentHelp(
            "In a rehearsal, run nvidia-smi, compute-sanitizer and ncu all the same.", visibility: .hidden))
    var tools = false

    func validate() throws {
        guard seconds >= 5, seconds <= 86_400 else {
            throw ValidationError("--seconds is \(seconds), expected 5 to 86400")
        }
    }

    func run() throws {
        let watch = Stopwatch()
        let signals = Signals()
        let folder: ReportFolder
        let report: Report
        do {
            let kit = try Kit(root: kit, isEmulated: emulated, rehearsesTools: tools)
            let scratch = "\(self.kit)/scratch"
            try Files.makeFolder(scratch)
            let probe = try CardProbe(CommandLines(kit: kit, sizes: .rehearsal, scratch: scratch), signals)
            try kit.needPlugin()
            folder = try ReportFolder(out)
            let sizes = emulated ? .rehearsal : Sizes.card(architecture: probe.architecture)
            let bench = Workbench(kit: kit, sizes: sizes, scratch: scratch, folder: folder, signals: signals)
            var begun = Report(
                kit: KitFacts(
                    command: "run --seconds \(Int(seconds))\(emulated ? " --emulated" : "")", commit: kit.commit,
                    date: Calendar.today, emulated: emulated, seconds: seconds))
            begun.machine = probe.facts
            report = try Runner(bench, folder, signals).run(begun, since: watch) { step in
                Self.tell(
                    "\(step.part) \(step.name): \(step.status.rawValue)\(step.note.isEmpty ? "" : ": \(step.note)")")
            }
        } catch let problem as StepProblem {
            Self.tell("gpu-kit: \(problem.note)")
            throw ExitCode(Self.status(of: problem))
        } catch {
            Self.tell("gpu-kit: \(error)")
            throw ExitCode(1)
        }
        print("\(folder.path)/report.md")
        throw ExitCode(report.exitStatus)
    }

    private static func status(of problem: StepProblem) -> Int32 {
        switch problem {
        case .skipped: 69
        case .interrupted: 130
        default: 1
        }
    }

    private static func tell(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// The day.
private enum Calendar {
    /// As 2026-11-27, in UTC.
    static var today: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}

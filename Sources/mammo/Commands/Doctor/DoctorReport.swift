import MammoBase
import MammoData

/// What `doctor` found, for people.
struct DoctorReport {
    private let findings: DoctorFindings

    /// Odd files that are named; the rest is counted. JSON has them all.
    private static let mostNamed = 20

    init(_ findings: DoctorFindings) { self.findings = findings }

    func print() {
        section("Machine", machine)
        section("Program", program)
        section("Card", card)
        if let dicom = findings.dicom { section("DICOM files below \(dicom.folder)", self.dicom(dicom)) }
        if findings.missing.isEmpty { return Console.out("Nothing required is missing.") }
        Console.out("Missing:")
        for line in findings.missing { Console.out("  ✗ \(line)") }
    }

    private func section(_ name: String, _ facts: [(name: String, text: String)]) {
        Console.out(name)
        for line in TextTable.facts(facts) { Console.out("  \(line)") }
        Console.out("")
    }

    private var machine: [(name: String, text: String)] {
        let machine = findings.machine
        let free = machine.memory_available.map { "\($0.asBytes) of \(machine.memory_total.asBytes) available" }
        var facts = [
            (name: "cores", text: "\(machine.cores) that this process may use"),
            (name: "instructions", text: machine.instruction_sets.joined(separator: ", ")),
            (name: "memory", text: free ?? machine.memory_total.asBytes),
        ]
        if let write = machine.disk_write, let read = machine.disk_read, let free = machine.disk_free {
            let speed = "writes \(Int(write).asBytes)/s, reads \(Int(read).asBytes)/s"
            facts.append(("disk", "\(machine.out): \(speed), \(free.asBytes) free"))
        } else {
            facts.append(("disk", "✗ \(machine.disk_problem ?? "")"))
        }
        return facts
    }

    private var program: [(name: String, text: String)] {
        let program = findings.program
        return [
            ("version", "\(program.version), commit \(program.commit)"),
            ("kernels", "\(program.kernels) are used"),
            ("dictionary", program.dictionary ? "DCMTK's was found" : "✗ DCMTK's was not found"),
        ]
    }

    private var card: [(name: String, text: String)] {
        let card = findings.card
        var facts = [(name: "driver", text: Self.found(card.driver.map { "supports CUDA \($0)" }, card.driver_problem))]
        guard let plugin = card.plugin else {
            return facts + [("plugin", "none beside the program or in MAMMO_CUDA_PLUGIN; the CPU computes")]
        }
        let contents = "built with CUDA \(card.toolkit ?? ""), for \(card.architectures ?? "")"
        facts.append(("plugin", Self.found("\(plugin), \(contents)", card.plugin_problem)))
        guard card.plugin_problem == nil else { return facts }
        facts.append(("cuBLASLt", Self.found(card.cublaslt, card.cublaslt_problem)))
        facts.append(("NCCL", Self.found(card.nccl, card.nccl_problem.map { "\($0) (needed only for several cards)" })))
        return facts + card.cards.map { ("card", $0) } + card.refusals.map { ("", "✗ \($0)") }
    }

    /// What was found, or what is wrong with it.
    private static func found(_ text: String?, _ problem: String?) -> String {
        problem.map { "✗ \($0)" } ?? text ?? "found"
    }

    private func dicom(_ dicom: DoctorFindings.DICOM) -> [(name: String, text: String)] {
        var facts: [(name: String, text: String)] = [("files", "\(dicom.files), \(dicom.bytes.asBytes)")]
        let groups = [
            ("transfer syntax", dicom.transfer_syntaxes), ("bits", dicom.bits),
            ("photometric", dicom.photometric_interpretations), ("window", dicom.window_functions),
            ("rows × columns", dicom.sizes), ("odd headers", dicom.warnings),
        ]
        for (name, counts) in groups { facts += Self.lines(name, counts) }
        if dicom.for_processing > 0 {
            let images = dicom.images + (dicom.presentation_only ? dicom.for_processing : 0)
            let text = ProcessingCount.text(
                dicom.for_processing, of: images, areExcluded: dicom.presentation_only)
            facts.append(("presentation", text))
        }
        for (number, file) in dicom.odd_files.prefix(Self.mostNamed).enumerated() {
            facts.append((number == 0 ? "odd files" : "", "\(file.path): \(file.reason)"))
        }
        if dicom.odd_files.count > Self.mostNamed {
            facts.append(("", "and \(dicom.odd_files.count - Self.mostNamed) more; --json names all"))
        }
        if let seconds = dicom.estimated_seconds {
            let rate = (Double(dicom.sample) / dicom.sample_seconds).decimals(2)
            facts.append(
                (
                    "preprocessing",
                    "about \(Progress.duration(seconds)) for \(dicom.images) images at \(dicom.size): an estimate, "
                        + "from \(dicom.sample) of them at \(rate) images/s"
                ))
        }
        return facts
    }

    /// A value a line, numbers to the right; the most frequent, where there are many.
    private static func lines(_ name: String, _ counts: [DICOMSurvey.Count]) -> [(name: String, text: String)] {
        let shown = counts.prefix(12)
        let width = "\(shown.map(\.files).max() ?? 0)".count
        var lines = shown.enumerated().map { number, count in
            let blanks = String(repeating: " ", count: width - "\(count.files)".count)
            return (name: number == 0 ? name : "", text: "\(blanks)\(count.files)  \(count.value)")
        }
        if counts.count > shown.count {
            lines.append(("", "\(String(repeating: " ", count: width))  and \(counts.count - shown.count) others"))
        }
        return lines
    }
}

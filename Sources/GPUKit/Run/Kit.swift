import MammoData

/// The kit's folder, as Scripts/gpu-kit packs it, and what it is to run on.
package struct Kit: Sendable {
    /// The unpacked folder.
    package let root: String
    /// Whether the plugin is the one whose threads are fibres on the CPU.
    package let isEmulated: Bool
    /// Whether NVIDIA's tools on PATH are run: on a card, or where stand-ins for them are rehearsed too.
    package let usesTools: Bool
    /// Whether this system's C library runs the kit's programs, or the kit's own has to.
    private let isNative: Bool

    /// - Throws: `StepProblem.failed` where a part of the kit is not there.
    package init(root: String, isEmulated: Bool, rehearsesTools: Bool = false) throws(StepProblem) {
        (self.root, self.isEmulated) = (root, isEmulated)
        usesTools = !isEmulated || rehearsesTools
        isNative = Files.resolved("/proc/self/exe")?.contains("/ld-linux-") == false
        let parts =
            ["mammo", "bench-network", "check-cuda"].map(program) + [peers, fixtures, "\(root)/VERSION"]
        for part in parts where Files.status(of: part) == nil { throw .failed("\(part): no such part of the kit") }
    }

    /// A program, by what starts it.
    package func program(_ name: String) -> String { "\(root)/bin/\(name)" }

    /// The program itself where it runs by itself: profilers see one process.
    package func binary(_ name: String) -> String { isNative ? "\(root)/libexec/\(name)" : program(name) }

    /// - Throws: `StepProblem.failed` where the kit was made without the plugin.
    package func needPlugin() throws(StepProblem) {
        guard Files.status(of: plugin) == nil else { return }
        throw .failed(
            "this kit was made without the plugin for NVIDIA cards; build it (Scripts/build-cuda) and make the kit again, "
                + "or give --emulated")
    }

    package var plugin: String { "\(root)/lib/libmammo_cuda\(isEmulated ? "_emulated" : "").so" }
    package var peers: String { "\(root)/peers" }
    package var fixtures: String { "\(root)/fixtures" }

    /// The commit that it was made from.
    package var commit: String {
        let text = (try? Files.read("\(root)/VERSION")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "unknown"
    }
}

/// All that a run of the kit found out: report.json. The members are named as the JSON keys are.
package struct Report: Codable, Equatable, Sendable {
    /// How a run has ended, or that it has not.
    package enum Outcome: String, Codable, Sendable {
        case running, finished, interrupted
    }

    package var kit: KitFacts
    package var machine = MachineFacts()
    package var outcome = Outcome.running
    package var steps: [StepResult] = []
    /// check-cuda, by itself and under compute-sanitizer.
    package var checks: [CheckRun] = []
    /// Comparisons with PyTorch, and of bits.
    package var values: [ValueCheck] = []
    /// Training and inference, ours and PyTorch's.
    package var speeds: [Speed] = []
    package var roofline: Roofline?
    package var operations: [OperationRow] = []
    /// What a step computes in one kernel, measured as two.
    package var separate_operations: [OperationRow] = []
    package var kernels: [Kernel] = []

    package init(kit: KitFacts) { self.kit = kit }

    /// 0 where nothing was wrong and nothing is missing, 1 where a value was wrong or a step failed, 3 where steps were not
    /// finished in time, 130 where the run was interrupted.
    package var exitStatus: Int32 {
        if outcome == .interrupted { return 130 }
        let isWrong = steps.contains { $0.status == .failed } || values.contains { !$0.passed }
        if isWrong || checks.contains(where: { !$0.passed }) { return 1 }
        return steps.contains { $0.status == .timedOut } ? 3 : 0
    }
}

/// What ran, and when.
package struct KitFacts: Codable, Equatable, Sendable {
    package var command: String
    package var commit: String
    package var date: String
    package var emulated: Bool
    package var seconds: Double

    package init(command: String, commit: String, date: String, emulated: Bool, seconds: Double) {
        (self.command, self.commit, self.date) = (command, commit, date)
        (self.emulated, self.seconds) = (emulated, seconds)
    }
}

/// What it ran on; what is not known is left out.
package struct MachineFacts: Codable, Equatable, Sendable {
    /// The card's name.
    package var card: String?
    /// The card as the plugin has it: name, architecture, memory.
    package var device: String?
    package var driver: String?
    package var memory_megabytes: Int?
    /// What the plugin has code for, and the CUDA that it was built with.
    package var plugin: String?
    package var cublaslt: String?
    package var nccl: String?
    package var pytorch: String?
    package var cores: Int?
    /// What was looked for and cannot be used, with the reason.
    package var problems: [String] = []

    package init() {}
}

/// A step and how it went.
package struct StepResult: Codable, Equatable, Sendable {
    package enum Status: String, Codable, Sendable {
        case passed, failed, skipped, interrupted
        case timedOut = "timed out"
    }

    package var part: Int
    package var name: String
    package var status: Status
    /// In a line: the result, or why there is none.
    package var note: String
    package var seconds: Double
    /// How much time it had.
    package var allowed: Double
    /// The command lines that it ran, as far as it came.
    package var commands: [String]

    package init(
        part: Int, name: String, status: Status, note: String, seconds: Double = 0, allowed: Double = 0,
        commands: [String] = []
    ) {
        (self.part, self.name, self.status, self.note) = (part, name, status, note)
        (self.seconds, self.allowed, self.commands) = (seconds, allowed, commands)
    }
}

import FoundationEssentials

/// What `mammo doctor --json` says of cards.
package struct DoctorReport: Decodable {
    package struct Card: Decodable {
        package var cards: [String]
        package var architectures: String?
        package var toolkit: String?
        package var driver: String?
        package var driver_problem: String?
        package var plugin: String?
        package var plugin_problem: String?
        package var cublaslt: String?
        package var cublaslt_problem: String?
        package var nccl: String?
        package var nccl_problem: String?
        package var refusals: [String]?
    }

    package struct Machine: Decodable {
        package var cores: Int?
    }

    package var card: Card
    package var machine: Machine?

    /// Puts down what it found.
    package func record(in facts: inout MachineFacts) {
        (facts.device, facts.cublaslt, facts.nccl) = (card.cards.first, card.cublaslt, card.nccl)
        facts.cores = machine?.cores
        let built = card.toolkit.map { ", built with CUDA \($0)" } ?? ""
        facts.plugin = card.architectures.map { "code for \($0)\(built)" }
        if facts.driver == nil { facts.driver = card.driver }
        facts.problems +=
            [card.driver_problem, card.plugin_problem, card.cublaslt_problem, card.nccl_problem].compactMap { $0 }
            + (card.refusals ?? [])
    }
}

/// A line of `nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader,nounits`.
package struct CardQuery: Equatable {
    package var name: String
    package var driver: String
    package var megabytes: Int?

    /// - Parameter text: What nvidia-smi printed; nil comes of anything but a card's line.
    package init?(_ text: String) {
        let fields = text.split(whereSeparator: \.isNewline).first?.split(separator: ",").map { Self.trimmed($0) } ?? []
        guard fields.count == 3 else { return nil }
        (name, driver) = (fields[0], fields[1])
        // nvidia-smi counts in MiB.
        megabytes = Int(fields[2]).map { $0 * 1_048_576 / 1_000_000 }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// A line of `nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits`.
package enum MemoryQuery {
    /// In MB; nil where it is no number. nvidia-smi counts in MiB.
    package static func megabytes(_ text: String) -> Int? {
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return Int(line.filter { $0 != " " }).map { $0 * 1_048_576 / 1_000_000 }
    }
}

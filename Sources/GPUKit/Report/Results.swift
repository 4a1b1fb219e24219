/// The result of check-cuda. The members are named as the JSON keys are.
package struct CheckRun: Codable, Equatable, Sendable {
    /// check-cuda, or compute-sanitizer's tool.
    package var tool: String
    package var cases: Int?
    package var failures: Int?
    package var skipped: Int?
    /// What compute-sanitizer counts; nil without it, or where it did not come to its end.
    package var errors: Int?
    /// The cases that failed, with the reason, and what compute-sanitizer reports.
    package var failed: [String] = []
    package var passed: Bool

    package init(tool: String, passed: Bool) { (self.tool, self.passed) = (tool, passed) }
}

/// A comparison and its limit.
package struct ValueCheck: Codable, Equatable, Sendable {
    package var check: String
    /// How far it is off; nil where bits are compared, or it could not be found out.
    package var error: Double?
    package var limit: Double?
    package var passed: Bool
    /// Why there is no error.
    package var message: String?

    package init(_ check: String, error: Double? = nil, limit: Double? = nil, passed: Bool, message: String? = nil) {
        (self.check, self.error, self.limit) = (check, error, limit)
        (self.passed, self.message) = (passed, message)
    }
}

/// How fast something was. The members are named as the JSON keys are.
package struct Speed: Codable, Equatable, Sendable {
    package enum Work: String, Codable, Sendable {
        case training, inference
    }

    package var work: Work
    /// `mammo train`, `bench-network`, `PyTorch, eager`, …
    package var program: String
    package var batch: Int
    package var rows: Int
    package var columns: Int
    /// fp32, fp16 or bf16.
    package var type: String
    /// Of a batch, the median; nil where it was not measured.
    package var seconds: Double?
    /// How many times it was measured.
    package var count: Int
    package var peak_megabytes: Int?
    /// Why it was not measured, or not as often as was meant.
    package var note: String?

    package init(
        _ work: Work, _ program: String, _ shape: BatchShape, type: String, seconds: Double? = nil, count: Int = 0,
        peakMegabytes: Int? = nil, note: String? = nil
    ) {
        (self.work, self.program, self.type) = (work, program, type)
        (batch, rows, columns) = (shape.batch, shape.size.rows, shape.size.columns)
        (self.seconds, self.count, self.note) = (seconds, count, note)
        peak_megabytes = peakMegabytes
    }

    package var imagesPerSecond: Double? { seconds.flatMap { $0 > 0 ? Double(batch) / $0 : nil } }

    /// Whether another was measured of the same work.
    package func isSameWork(as other: Speed) -> Bool {
        work == other.work && batch == other.batch && rows == other.rows && columns == other.columns
            && type == other.type
    }
}

/// What bounds any program on the card. The members are named as the JSON keys are.
package struct Roofline: Codable, Equatable, Sendable {
    /// What must be moved for an image of 2048×1024 with values of 16 bits.
    package var training_bytes: Double?
    package var inference_bytes: Double?
    /// By the card's attributes.
    package var nominal_gigabytes_per_second: Double?
    /// What a large copy reached, read and written bytes together.
    package var measured_gigabytes_per_second: Double?

    package init() {}
}

/// A row of check-cuda's table of operations; the table's columns.
package struct OperationRow: Codable, Equatable, Sendable {
    package var operation: String
    package var stage: Int
    package var type: String
    package var batch: Int
    package var times_per_image: Int
    package var least_ms: Double
    package var took_ms: Double
    package var share_of_nominal: Double?
    package var share_of_measured: Double?
    package var gigabytes_per_second: Double
    package var gigaflops_per_second: Double
    package var bound: String

    /// All its calls in a step, for the batch.
    package var totalMilliseconds: Double { took_ms * Double(times_per_image) }
    /// As --only takes it.
    package var name: String { "\(operation):\(stage)" }
}

/// What ncu says of a kernel. The members are named as the JSON keys are.
package struct Kernel: Codable, Equatable, Sendable {
    package var operation: String
    package var kernel: String
    package var duration_us: Double?
    package var dram_percent: Double?
    package var sm_percent: Double?
    package var registers: Double?
    package var occupancy_percent: Double?

    package init(operation: String, kernel: String) { (self.operation, self.kernel) = (operation, kernel) }

    /// The kernel's name without its result, namespaces and parameters.
    package var shortName: String {
        var name = kernel[...]
        if name.hasPrefix("void ") { name = name.dropFirst(5) }
        var short = ""
        var depth = 0
        var word = ""
        for character in name.replacing("(anonymous namespace)", with: "") {
            // Parameters follow the template's arguments.
            if character == "(" && depth == 0 { break }
            if character == "<" { depth += 1 }
            if character == ">" { depth -= 1 }
            if character.isLetter || character.isNumber || character == "_" || character == ":" {
                word.append(character)
            } else {
                short += Self.withoutNamespaces(word) + String(character)
                word = ""
            }
        }
        return short + Self.withoutNamespaces(word)
    }

    private static func withoutNamespaces(_ word: String) -> String {
        word.split(separator: ":").last.map(String.init) ?? word
    }
}

import FoundationEssentials

/// What compare_network.py and compare_training.py leave as JSON, read as far as it is there.
package struct PeerComparison: Decodable {
    package struct Check: Decodable {
        package var check: String
        package var limit: Double?
        package var passed: Bool
        package var message: String?
        package var error: Number?
    }

    package struct Skip: Decodable {
        package var check: String
        package var reason: String
    }

    package var checks: [Check]?
    package var skipped: [Skip]?
    package var complete: Bool
    package var torch: String?
    package var networks_by: String?
    package var cuda: String?
    package var cudnn: Int?

    /// The comparisons.
    package var values: [ValueCheck] {
        (checks ?? []).map {
            ValueCheck($0.check, error: $0.error?.value, limit: $0.limit, passed: $0.passed, message: $0.message)
        }
    }
}

/// What bench_network.py and bench_training.py leave as JSON.
package struct PeerTiming: Decodable {
    package struct Case: Decodable {
        package var images: Int
        package var rows: Int
        package var columns: Int
        package var amp: String
        package var results: [Result]
    }

    package struct Result: Decodable {
        package var name: String
        package var status: String
        package var message: String?
        package var rounds: [Double]
        package var seconds: Double?
        package var peak_megabytes: Int?
    }

    package var cases: [Case]
    package var complete: Bool
    package var peers_skipped: String?
    package var torch: String?
    package var networks_by: String?
    package var cuda: String?
    package var cudnn: Int?

    /// The speeds, ours under the name of the program that was timed.
    package func speeds(_ work: Speed.Work) -> [Speed] {
        cases.flatMap { one in
            one.results.map { result in
                let shape = BatchShape(one.images, ImageSize(one.rows, one.columns))
                let isOurs = result.name == "mammo"
                let problem = result.status == "ok" ? nil : [result.status, result.message].compactMap { $0 }
                return Speed(
                    work, isOurs ? "bench-network" : result.name, shape, type: TypeName.of(amp: one.amp),
                    seconds: result.seconds, count: result.rounds.count, peakMegabytes: result.peak_megabytes,
                    note: problem?.joined(separator: ": "))
            }
        }
    }
}

/// A number, or a word as `nan` where JSON has none for it.
package enum Number: Decodable {
    case finite(Double)
    case other(String)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
            self = .finite(value)
        } else {
            self = .other(try container.decode(String.self))
        }
    }

    package var value: Double? {
        switch self {
        case .finite(let value): value
        case .other(let text): Double(text)
        }
    }
}

/// Names of the types that layers' values are stored in.
package enum TypeName {
    /// Of an --amp.
    package static func of(amp: String) -> String { amp == "none" || amp == "off" ? "fp32" : amp }
}

/// Reads JSON as a type.
package enum JSONFile {
    /// Reads a text; `path` is for messages.
    ///
    /// - Throws: `StepProblem.failed` where it is none, or other JSON.
    package static func read<Value: Decodable>(_ bytes: [UInt8], path: String) throws(StepProblem) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
            throw .failed("\(path): not the JSON that was expected: \(error)")
        }
    }
}

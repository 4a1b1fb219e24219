import MammoBase
import MammoData

/// What `mammo table` prints.
struct TableReport {
    private let conversion: TableConversion
    private let out: String

    init(_ conversion: TableConversion, out: String) { (self.conversion, self.out) = (conversion, out) }

    private struct Summary: Encodable {
        var files_missing: Int
        var images: Int
        var out: String
        var passed_over: [String: Int]
        var patients: Int
        var positives: Int
        var problems: [String]
    }

    func print(json: Bool) {
        let counts = conversion.counts
        let missing = counts.first { $0.kind == .fileMissing }?.count ?? 0
        let others = counts.filter { $0.kind != .fileMissing }
        if json {
            let summary = Summary(
                files_missing: missing, images: conversion.images.count, out: out,
                passed_over: Dictionary(others.map { ($0.kind.description, $0.count) }, uniquingKeysWith: +),
                patients: conversion.patients, positives: conversion.positives,
                problems: conversion.passedOver.map(\.reason))
            return Console.out(JSONText.line(summary))
        }
        let rate = 100 * Double(conversion.positives) / Double(conversion.images.count)
        var line =
            "\(out): \(conversion.images.count.of("image")) of \(conversion.patients.of("patient")), \(conversion.positives) positive "
            + "(\(rate.decimals(2)) %)"
        if !others.isEmpty {
            line += "; passed over: \(others.map { "\($0.count) \($0.kind)" }.joined(separator: ", "))"
        }
        if missing > 0 { line += "; files missing: \(missing)" }
        Console.out(line)
    }
}

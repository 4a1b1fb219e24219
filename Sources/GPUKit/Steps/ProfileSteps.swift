import MammoBase
import MammoData

extension Step {
    /// Each operation by itself, and the kernels of the longest.
    static let profiling: [Step] = [
        Step(part: 4, name: "operations", seconds: .init(14, rehearsal: 30)) { bench, report throws(StepProblem) in
            let table = "\(bench.scratch)/operations.tsv"
            let seconds = min(bench.left * 0.75, bench.sizes.operationSeconds)
            let finished = try bench.run(bench.commands.operations(table: table, seconds: seconds))
            guard Files.status(of: table) != nil else {
                try finished.check()
                throw .failed("check-cuda left no \(table)")
            }
            let text = try bench.text(table)
            try bench.keep(text, as: "operations.tsv")
            report.operations = try OperationTable.read(text, path: table)
            guard finished.status != nil else { throw .timedOut(finished.seconds) }
            try finished.check()
            let all = report.operations.sum.map { ", \($0.took_ms.decimals(1)) ms a training step" } ?? ""
            return .passed("\(report.operations.ofNetwork.count) operations\(all)")
        },
        Step(part: 4, name: "operations in two passes", seconds: .init(8, rehearsal: 15)) {
            bench, report throws(StepProblem) in
            let table = "\(bench.scratch)/separate.tsv"
            let seconds = min(bench.left * 0.75, bench.sizes.operationSeconds)
            let finished = try bench.run(bench.commands.separateOperations(table: table, seconds: seconds))
            try finished.check()
            report.separate_operations = try OperationTable.read(try bench.text(table), path: table)
            let compared = FusedOperation.comparisons(report.operations, report.separate_operations)
            return .passed("\(compared.count) operations both ways")
        },
        Step(part: 4, name: "kernels", seconds: .init(30, rehearsal: 20)) { bench, report throws(StepProblem) in
            try bench.needCard("ncu")
            let longest = report.operations.longest(10)
            guard !longest.isEmpty else { throw .skipped("no operation was timed") }
            for operation in longest {
                let finished = try bench.run(bench.commands.profile(operation))
                guard finished.status != nil else { throw .timedOut(finished.seconds) }
                do throws(StepProblem) {
                    report.kernels += try KernelTable.read(finished.output, operation: operation.name)
                } catch {
                    // Many machines keep counters from users; nothing is wrong with the kernels.
                    throw .skipped("ncu cannot measure here: \(error.note)")
                }
                try bench.save(report)
            }
            return .passed("\(report.kernels.count) kernels of \(longest.count) operations")
        },
    ]
}

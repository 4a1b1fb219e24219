/// A product that is computed with what comes after it, and the operations that do the same by themselves, by check-cuda's names.
package struct FusedOperation: Sendable {
    package let name: String
    package let separate: [String]

    /// Those of a training step of ConvNeXt.
    package static let all = [
        FusedOperation(name: "product_gelu", separate: ["product_up", "gelu"]),
        FusedOperation(name: "product_residual", separate: ["product_down", "residual"]),
        FusedOperation(name: "product_gelu_gradient", separate: ["product_down_input", "gelu_gradient"]),
    ]

    /// Both ways of a stage, each in milliseconds of a call.
    package struct Comparison: Equatable, Sendable {
        package var name: String
        package var stage: Int
        package var together: Double
        package var separate: Double
    }

    /// Compares what was measured both ways.
    ///
    /// - Parameters:
    ///   - together: Rows of the operations as a step makes them.
    ///   - separate: Rows of the operations by themselves.
    /// - Returns: A comparison for each operation and stage that has all its rows.
    package static func comparisons(_ together: [OperationRow], _ separate: [OperationRow]) -> [Comparison] {
        all.flatMap { operation in
            together.filter { $0.operation == operation.name }.compactMap { row in
                let parts = operation.separate.compactMap { name in
                    separate.first { $0.operation == name && $0.stage == row.stage }?.took_ms
                }
                guard parts.count == operation.separate.count else { return nil }
                return Comparison(
                    name: operation.name, stage: row.stage, together: row.took_ms, separate: parts.reduce(0, +))
            }
        }
    }
}

import MammoGraph

/// A layer in training: forward, keeping what its gradient needs, and backward. What it computes is made of a device's
/// operations; what it keeps is the same on all of them.
protocol SegmentOperation: Sendable {
    /// The entries of the segment that are the layer's own: so many of the next ones.
    var entries: Int { get }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C; kept where the gradient needs it.
    ///   - parameters: The layer's own entries.
    ///   - pass: What applies to this pass.
    ///   - destination: What becomes of the output.
    ///   - device: Computes it.
    /// - Returns: The output, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations)

    /// Adds the gradients of the layer's entries.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - gradient: Of the output; overwritten.
    ///   - gradients: One for each entry, nil for a buffer.
    ///   - destination: What becomes of the input's gradient; nil: it is not wanted.
    ///   - device: Computes it.
    /// - Returns: The input's gradient; nil where it is not wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor?

    /// The output's shape.
    func shape(of input: Shape) -> Shape
}

extension SegmentOperation {
    var entries: Int { 0 }

    func shape(of input: Shape) -> Shape { input }
}

/// What an operation keeps: its input alone, or nothing.
final class KeptInput: Activations {
    let input: Tensor

    init(_ input: Tensor) { self.input = input }
}

/// What a chain of operations keeps: one thing for each.
final class KeptChain: Activations {
    let all: [any Activations]

    init(_ all: [any Activations]) { self.all = all }
}

/// Operations one after another.
struct OperationChain: Sendable {
    let operations: [any SegmentOperation]

    var entries: Int { operations.reduce(0) { $0 + $1.entries } }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: KeptChain) {
        var (value, first, kept) = (input, 0, [any Activations]())
        for (place, operation) in operations.enumerated() {
            let own = Array(parameters[first..<first + operation.entries])
            var pass = pass
            if first < pass.frozenNorms { pass.statistics = .running }
            let made = try operation.forward(
                value, own, pass, to: place == operations.count - 1 ? destination : .within, on: device)
            value = made.output
            if pass.keeps { kept.append(made.kept) }
            first += operation.entries
        }
        return (value, KeptChain(kept))
    }

    func backward(
        _ kept: KeptChain, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        var (gradient, end) = (gradient, parameters.count)
        for place in operations.indices.reversed() {
            let operation = operations[place]
            let own = end - operation.entries..<end
            let made = try operation.backward(
                kept.all[place], Array(parameters[own]), gradient, into: Array(gradients[own]),
                to: place == 0 ? destination : .within, on: device)
            guard let made else { return nil }
            gradient = made
            end = own.lowerBound
        }
        return gradient
    }

    func shape(of input: Shape) -> Shape { operations.reduce(input) { $1.shape(of: $0) } }

    /// The outputs of all operations but the last: what is kept for the gradient.
    func keptValues(of input: Shape) -> Int {
        var (shape, count) = (input, 0)
        for operation in operations.dropLast() {
            shape = operation.shape(of: shape)
            count += shape.count
        }
        return count
    }
}

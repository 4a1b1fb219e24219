import MammoCompute
import Synchronization

/// The forward passes of a network that its device has recorded, by the shapes of their inputs. A shape's first pass is made
/// operation by operation, and recorded with the second: what comes once, as a table's last batch, is not recorded.
package final class RecordedPasses: Sendable {
    private enum State {
        /// Computed once, with an output of this shape.
        case computed(Shape)
        case recorded(any RecordedPass)
        /// The device does not record it, or could not.
        case separate

        var pass: (any RecordedPass)? { if case .recorded(let pass) = self { pass } else { nil } }
    }

    /// How many are kept: each has memory of its own.
    private static let most = 4

    private let states = Mutex<[Shape: State]>([:])

    /// How many there are.
    package var count: Int { states.withLock { Self.count(in: $0) } }

    private static func count(in states: [Shape: State]) -> Int { states.values.count { $0.pass != nil } }

    /// Computes a pass, by its recording where there is one.
    ///
    /// - Parameters:
    ///   - input: The input.
    ///   - device: Which has it.
    ///   - pass: The operations.
    /// - Returns: The output.
    /// - Throws: `ComputeError`.
    func run(
        _ input: Tensor, on device: any Device, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) -> Tensor {
        if let recorded = recorded(input.shape, on: device, pass) {
            // A recording that does not run, where memory is short, is not what decides: the operations say what is wrong.
            if let output = try? recorded.run(input) { return output }
            states.withLock { $0[input.shape] = .separate }
        }
        let output = try pass(input)
        states.withLock { if $0[input.shape] == nil { $0[input.shape] = .computed(output.shape) } }
        return output
    }

    private func recorded(
        _ input: Shape, on device: any Device, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) -> (any RecordedPass)? {
        // Another thread with the same shape waits for the recording, and uses it.
        states.withLock { states in
            if case .computed(let output) = states[input] {
                let made = Self.count(in: states) < Self.most ? try? device.recorded(input, to: output, pass) : nil
                states[input] = made.map { .recorded($0) } ?? .separate
            }
            return states[input]?.pass
        }
    }
}

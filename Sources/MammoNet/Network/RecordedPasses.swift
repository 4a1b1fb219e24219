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
    }

    /// How many are kept: each has memory of its own.
    private static let most = 4

    private let states = Mutex<[Shape: State]>([:])

    /// How many there are.
    package var count: Int { states.withLock { $0.values.count { if case .recorded = $0 { true } else { false } } } }

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
            switch states[input] {
            case nil, .separate: return nil
            case .recorded(let pass): return pass
            case .computed(let output):
                let others = states.values.count { if case .recorded = $0 { true } else { false } }
                let made = others < Self.most ? try? device.recorded(input, to: output, pass) : nil
                states[input] = made.map { .recorded($0) } ?? .separate
                return made
            }
        }
    }
}

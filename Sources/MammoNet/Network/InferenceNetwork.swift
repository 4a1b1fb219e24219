import MammoCompute
import MammoGraph

/// A network on a device, for prediction.
public struct InferenceNetwork: Sendable {
    /// Where it computes.
    public let device: any Device
    /// What it is.
    public let architecture: Network
    private let plans: [any InferencePlan]
    package let recordings = RecordedPasses()
    /// The values of the head's entries, for gradients in closed form.
    let head: [[Float]]

    /// Outputs of the head: one logit, or the thousand of ImageNet.
    public var outputs: Int { architecture.outputs }

    /// Brings a network's weights to a device.
    ///
    /// - Parameters:
    ///   - device: Where it is to compute.
    ///   - architecture: What it is.
    ///   - arithmetic: What its products are computed in.
    ///   - values: Gives the values that torchvision's state dict has under a name.
    /// - Throws: What `values` throws, and `ComputeError`.
    package init(
        device: any Device, architecture: Network, arithmetic: Arithmetic = .full,
        values: (String) throws -> [Float]
    ) throws {
        guard arithmetic.knows(architecture.segments) else {
            throw ComputeError.unavailable(
                "int8 knows the layers of ConvNeXt alone, but the network is \(architecture.name); predict in fp32")
        }
        self.device = device
        self.architecture = architecture
        var last: [[Float]] = []
        plans = try architecture.segments.map { segment in
            last = try segment.entries.map { try values($0.name) }
            return try arithmetic.plan(segment, values: last, on: device)
        }
        head = last
    }

    /// Brings a weights file's network to a device.
    ///
    /// - Parameters:
    ///   - device: Where it is to compute.
    ///   - weights: The parameters.
    ///   - arithmetic: What its products are computed in.
    /// - Throws: `ComputeError`; `ComputeError.unavailable` where there is no code for the arithmetic.
    public init(device: any Device, weights: ModelWeights, arithmetic: Arithmetic = .full) throws {
        try self.init(
            device: device, architecture: weights.architecture, arithmetic: arithmetic, values: weights.values(of:))
    }

    /// The logits of a batch. From the second batch of a shape on the device may compute them by a recorded pass.
    ///
    /// - Parameter input: N×H×W×3, normalised; at least the architecture's `minimumSide` rows and columns.
    /// - Returns: N×1×1×outputs.
    /// - Throws: `ComputeError`.
    public func logits(_ input: Tensor) throws(ComputeError) -> Tensor {
        try recordings.run(input, on: device) { input throws(ComputeError) in
            try forward(input) { _, _ in }
        }
    }

    /// The logits of a batch, with a look at what lies between.
    ///
    /// - Parameters:
    ///   - input: N×H×W×3, normalised; at least the architecture's `minimumSide` rows and columns.
    ///   - visit: Called with each of torchvision's `features`, its number and its output. Only the last of them keeps its
    ///     values after the call.
    /// - Returns: N×1×1×outputs.
    /// - Throws: `ComputeError`, and what `visit` throws.
    public func logits(_ input: Tensor, visit: (Int, Tensor) throws -> Void) throws -> Tensor {
        var failure: (any Error)?
        let output = try forward(input) { stage, value in
            guard failure == nil else { return }
            do { try visit(stage, value) } catch { failure = error }
        }
        if let failure { throw failure }
        return output
    }

    private func forward(_ input: Tensor, visit: (Int, Tensor) -> Void) throws(ComputeError) -> Tensor {
        // The tensor before the last one takes the next output where it fits; the caller's input stays as it is.
        var (value, spare) = (input, Tensor?.none)
        let segments = architecture.segments
        for (place, plan) in plans.enumerated() {
            let output = try plan.forward(value, spare: spare)
            spare = place > 0 ? value : nil
            value = output
            if let stage = segments[place].stage, segments[place + 1].stage != stage { visit(stage, value) }
        }
        return value
    }
}

import MammoCompute
import MammoGraph

/// A network whose parameters are trained: forward, keeping what gradients need, and backward.
public final class TrainingNetwork {
    /// What it is; one logit.
    public let architecture: Network
    /// Where it computes.
    public let device: any Device
    /// The entries of its state dict, in torchvision's layout.
    public let parameters: ParameterTensors
    /// How many of the parameters, from the first, are frozen: they have no gradients, and segments of nothing but frozen
    /// parameters keep nothing and cost nothing backward.
    public private(set) var frozen = 0
    /// Gradients of the parameters of all segments that have any that are not frozen.
    public private(set) var gradients: ParameterTensors
    /// Keeps nothing but the segments' inputs, and computes them again for their gradients: less memory, more time.
    public let recomputes: Bool
    /// Whether batch normalisations whose parameters are frozen normalise with their running statistics, and leave them as
    /// they are. PyTorch's do not unless they are in eval mode.
    public let freezesNorms: Bool
    /// Where several processes share each batch: gives sums over all of them, for batch normalisations.
    public var sumsOverProcesses: SumsOverProcesses?
    private var buckets: GradientBuckets
    private let segments: [Segment]
    private let plans: [any GradientPlan]

    /// What a forward pass has kept.
    public struct Tape {
        /// The logits on the device, one for each image: N×1×1×1.
        public let output: Tensor
        fileprivate let device: any Device
        fileprivate var records: [Record]

        /// One for each image, which are waited for.
        public var logits: [Float] { get throws(ComputeError) { try device.read(output) } }
    }

    fileprivate struct Record {
        let segment: Int
        let input: Tensor
        let pass: Pass
        let kept: (any Activations)?
    }

    /// A network with given parameters, none of them frozen.
    ///
    /// - Parameters:
    ///   - architecture: What it is, with one output.
    ///   - device: Where it is to compute.
    ///   - recomputes: Keeps nothing but the segments' inputs.
    ///   - freezesNorms: Whether frozen batch normalisations use their running statistics.
    ///   - values: Gives the values of an entry.
    /// - Throws: `ComputeError`, and what `values` throws.
    public init(
        _ architecture: Network, on device: any Device, recomputes: Bool = false, freezesNorms: Bool = false,
        values: (String) throws -> [Float]
    ) throws {
        precondition(architecture.outputs == 1, "a network with one logit")
        self.architecture = architecture
        self.device = device
        self.recomputes = recomputes
        self.freezesNorms = freezesNorms
        segments = architecture.segments
        buckets = GradientBuckets(architecture, frozen: 0)
        plans = try segments.map { try device.plan($0) }
        parameters = try ParameterTensors(architecture.entries, on: device, values: values)
        gradients = try ParameterTensors(zerosFor: architecture.parameters, on: device)
    }

    /// Freezes parameters, and those alone.
    ///
    /// - Parameter count: How many, from the first of torchvision's named_parameters.
    /// - Throws: `ComputeError.outOfMemory`.
    public func freeze(_ count: Int) throws(ComputeError) {
        frozen = min(max(0, count), architecture.parameters.count)
        buckets = GradientBuckets(architecture, frozen: frozen)
        let kept = segments[firstTrained...].flatMap(\.entries).filter(\.isTrained)
        gradients = try ParameterTensors(zerosFor: kept, on: device)
    }

    /// The parameters that are not frozen.
    public var trained: ArraySlice<ParameterSpec> { architecture.parameters[frozen...] }

    private var firstTrained: Int { architecture.firstSegment(after: frozen) }

    /// The logits of a batch, and what the gradients need.
    ///
    /// - Parameters:
    ///   - input: N×H×W×3, normalised; at least the architecture's `minimumSide` rows and columns.
    ///   - branches: Which images go through each segment's branch; nil: all.
    ///   - dropout: What dropout zeroes; nil: nothing.
    /// - Returns: The tape for `backward`. Running statistics are updated.
    /// - Throws: `ComputeError`.
    public func forward(
        _ input: Tensor, branches: [Branch]? = nil, dropout: DropoutMasks? = nil
    ) throws(ComputeError) -> Tape {
        var value = input
        var records: [Record] = []
        let firstTrained = firstTrained
        for place in segments.indices {
            let isTrained = place >= firstTrained
            let pass = Pass(
                branch: branches?[place] ?? .all(input.shape.images), keeps: isTrained && !recomputes,
                frozenNorms: freezesNorms ? frozenEntries[place] : 0, dropout: dropout, sums: sumsOverProcesses)
            let (output, kept) = try run(place, value, pass)
            if isTrained { records.append(Record(segment: place, input: value, pass: pass, kept: kept)) }
            value = output
        }
        return Tape(output: value, device: device, records: records)
    }

    private func run(
        _ segment: Int, _ input: Tensor, _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        try plans[segment].forward(input, parameters.of(segments[segment]).compactMap { $0 }, pass)
    }

    /// For each segment, how many of its entries, from the first, are frozen parameters and buffers among them.
    private var frozenEntries: [Int] {
        var left = frozen
        return segments.map { segment in
            let entries = segment.entries
            guard
                let first = entries.firstIndex(where: { entry in
                    if entry.isTrained { left -= 1 }
                    return entry.isTrained && left < 0
                })
            else { return entries.count }
            left = 0
            return first
        }
    }

    /// Adds a batch's gradients to `gradients`.
    ///
    /// - Parameters:
    ///   - tape: Of the forward pass, with the parameters as they still are; used up.
    ///   - slopes: The loss's derivative by each logit.
    /// - Throws: `ComputeError`.
    public func backward(_ tape: consuming Tape, slopes: [Float]) throws(ComputeError) {
        try backward(tape, slopes: try device.tensor(slopes, Shape(images: slopes.count, channels: 1)))
    }

    /// Adds a batch's gradients to `gradients`.
    ///
    /// - Parameters:
    ///   - tape: Of the forward pass, with the parameters as they still are; used up.
    ///   - slopes: The loss's derivative by each logit, on the device: N×1×1×1. Undefined afterwards.
    ///   - done: Given gradients as soon as they are put in line, those of the network's end first: the parts of
    ///     `gradientParts`, in their order.
    /// - Throws: `ComputeError`, and what `done` throws.
    public func backward(
        _ tape: consuming Tape, slopes: Tensor, done: ([Tensor]) throws(ComputeError) -> Void = { _ in }
    ) throws(ComputeError) {
        var gradient = slopes
        // Each record goes as soon as it is used up, and its memory with it.
        while let record = tape.records.popLast() {
            var kept = record.kept
            if recomputes {
                // The running statistics have been updated by the first pass.
                var pass = record.pass
                (pass.keeps, pass.statistics) = (true, .batch)
                kept = try run(record.segment, record.input, pass).kept
            }
            guard let kept else { preconditionFailure("a segment that kept nothing") }
            let segment = segments[record.segment]
            let made = try plans[record.segment].backward(
                kept, parameters.of(segment).compactMap { $0 }, gradient, into: gradients.of(segment),
                needsInput: !tape.records.isEmpty)
            if let made { gradient = made }
            for bucket in buckets.all where bucket.segment == record.segment { try done(tensors(of: bucket)) }
        }
    }

    private func tensors(of bucket: GradientBuckets.Bucket) -> [Tensor] { bucket.names.map { gradients[$0] } }

    /// The gradients of all parameters that are not frozen, in the parts and the order in which a backward pass has them.
    public var gradientParts: [[Tensor]] { buckets.all.map(tensors(of:)) }

    /// Sets all gradients to zero.
    ///
    /// - Throws: `ComputeError.failed`.
    public func clearGradients() throws(ComputeError) { try device.clear(gradients.all) }

    /// The Euclidean norm of all gradients of parameters that are not frozen.
    ///
    /// - Returns: Not finite where a gradient is not.
    /// - Throws: `ComputeError.failed`.
    public func gradientNorm() throws(ComputeError) -> Double {
        try device.squares(trained.map { gradients[$0.name] }).squareRoot()
    }

    /// Multiplies the gradients of all parameters that are not frozen by a number.
    ///
    /// - Parameter factor: One over the loss scale.
    /// - Returns: Whether all of them are finite.
    /// - Throws: `ComputeError.failed`.
    public func unscaleGradients(by factor: Float) throws(ComputeError) -> Bool {
        try device.unscale(trained.map { gradients[$0.name] }, by: factor)
    }
}

/// A segment as a device computes it for prediction: its parameters are on the device, in the order that it computes fastest
/// with, and do not change.
public protocol InferencePlan: Sendable {
    /// The segment's output.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - spare: A tensor that is no longer needed, which the output may take the place of; never the input.
    /// - Returns: The output, which may be `spare`.
    /// - Throws: `ComputeError`.
    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor
}

/// A segment as a device computes it in training: parameters and gradients are tensors in the order of the segment's
/// entries and in torchvision's layout.
public protocol GradientPlan: Sendable {
    /// The segment's output, and what its gradient needs.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C; kept for the gradient, so not to be written to before it.
    ///   - parameters: One for each entry.
    ///   - pass: What applies to this pass.
    /// - Returns: The output, and what the gradient needs where `pass` keeps it.
    /// - Throws: `ComputeError`.
    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?)

    /// Adds the gradients of the segment's parameters to `gradients`.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - gradient: Of the output; undefined afterwards.
    ///   - gradients: One for each entry, nil for a buffer.
    ///   - needsInput: Whether the input's gradient is wanted.
    /// - Returns: The input's gradient, which may take `gradient`'s place; nil where it is not wanted.
    /// - Throws: `ComputeError`.
    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor?

    /// The output's shape.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: The shape of `forward`'s output.
    func shape(of input: Shape) -> Shape

    /// An estimate of what a forward pass keeps for its gradient beside the input and the output.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: Values of single precision.
    func keptValues(of input: Shape) -> Int
}

/// What a device has kept of a segment's forward pass for its gradient.
public protocol Activations: AnyObject, Sendable {}

/// What applies to one forward pass in training.
public struct Pass: Sendable {
    /// What batch normalisations normalise with.
    public enum Statistics: Sendable {
        /// The running statistics, which stay as they are.
        case running
        /// The batch's own.
        case batch
        /// The batch's own, which also go into the running ones.
        case batchUpdating
    }

    /// Which images go through the branch of a segment with a residual.
    public var branch: Branch
    /// Whether what the gradient needs is kept.
    public var keeps: Bool
    /// What batch normalisations normalise with.
    public var statistics: Statistics
    /// How many of the segment's entries, from the first, belong to normalisations that use the running statistics.
    public var frozenNorms: Int
    /// What dropout zeroes; nil: nothing.
    public var dropout: DropoutMasks?
    /// Where several processes share the batch: gives sums over all of them, in the order of calls. Each process takes part,
    /// also with no image of its own. nil: there is one process.
    public var sums: SumsOverProcesses?

    /// A pass.
    ///
    /// - Parameters:
    ///   - branch: Which images go through the branch of a segment with a residual.
    ///   - keeps: Whether what the gradient needs is kept.
    ///   - statistics: What batch normalisations normalise with.
    ///   - frozenNorms: How many entries belong to normalisations that use the running statistics.
    ///   - dropout: What dropout zeroes.
    ///   - sums: Gives sums over all processes.
    public init(
        branch: Branch, keeps: Bool, statistics: Statistics = .batchUpdating, frozenNorms: Int = 0,
        dropout: DropoutMasks? = nil, sums: SumsOverProcesses? = nil
    ) {
        self.branch = branch
        self.keeps = keeps
        self.statistics = statistics
        self.frozenNorms = frozenNorms
        self.dropout = dropout
        self.sums = sums
    }
}

/// Gives the sums of some values over all processes, the same bits in all of them.
public typealias SumsOverProcesses = @Sendable ([Double]) throws(ComputeError) -> [Double]

/// Where dropout's chance comes from: numbers that depend on an image's place in the batch alone, so that a gradient's second
/// pass and any number of processes draw the same.
public struct DropoutMasks: Sendable {
    private let numbers: @Sendable (_ image: Int, _ count: Int) -> [Double]

    /// Masks from numbers.
    ///
    /// - Parameter numbers: Gives `count` numbers from 0 up to but without 1 for an image of the batch.
    public init(_ numbers: @escaping @Sendable (_ image: Int, _ count: Int) -> [Double]) { self.numbers = numbers }

    /// What an image's values are multiplied by: 0, or 1 / (1 - probability).
    func factors(image: Int, count: Int, probability: Double) -> [Float] {
        numbers(image, count).map { $0 < probability ? 0 : Float(1 / (1 - probability)) }
    }
}

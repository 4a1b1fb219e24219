/// Why a run cannot continue.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The loss of a step is infinite or not a number.
    case lossNotFinite(Float, step: Int, files: [String])
    /// In mixed precision no gradient has been finite for so many steps that the loss scale has become too small.
    case noLossScale(step: Int)
    /// A checkpoint that does not belong to the run.
    case checkpoint(path: String, reason: String)
    /// A process that was started with other options than the first, or sees other files.
    case disagreement

    /// One line for a person.
    public var description: String {
        switch self {
        case .lossNotFinite(let loss, let step, let files):
            "step \(step): the loss is \(loss.isNaN ? "nan" : "\(loss)"); the batch was \(files.joined(separator: ", ")); "
                + "use a smaller --lr, --clip-norm 1 or --warmup-steps, if the images are right"
        case .noLossScale(let step):
            "step \(step): gradients have overflowed for so many steps that the loss scale is too small; "
                + "use --amp bf16 or none, or a smaller --lr, if the images are right"
        case .checkpoint(let path, let reason): "\(path): \(reason)"
        case .disagreement:
            "has other options, another table or other images than process 0, or with --tune-products another kind of "
                + "card or cuBLASLt; start all with one command, on files that all of them see"
        }
    }
}

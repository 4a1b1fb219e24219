/// Why a run cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The loss of a step is infinite or not a number.
    case lossNotFinite(Float, step: Int, files: [String])
    /// In mixed precision no gradient has been finite for so long that nothing is left of the loss scale.
    case noLossScale(step: Int)
    /// A checkpoint that does not belong to the run.
    case checkpoint(path: String, reason: String)
    /// A process that was started otherwise than the first, or sees other files.
    case disagreement

    /// One line for a person.
    public var description: String {
        switch self {
        case .lossNotFinite(let loss, let step, let files):
            "step \(step): the loss is \(loss); the batch was \(files.joined(separator: ", ")); "
                + "a smaller --lr, --clip-norm 1 or --warmup-steps help, if the images are right"
        case .noLossScale(let step):
            "step \(step): no step has had finite gradients for so long that nothing is left of the loss scale; "
                + "--amp bf16 or none, or a smaller --lr help, if the images are right"
        case .checkpoint(let path, let reason): "\(path): \(reason)"
        case .disagreement:
            "has other options, another table or other images than process 0; start all with one command, on files "
                + "that all of them see"
        }
    }
}

import MammoGraph

/// A processor with memory that plans and computes the segments of a network.
///
/// Nothing above this protocol knows which device it has. Tensors and plans belong to the device that made them.
/// A prediction gives each image the same bits whatever else is in the batch, and everything is the same however many
/// threads there are.
public protocol Device: Sendable {
    /// What a user calls it, with what it computes by: "CPU, 2 threads, AVX-512".
    var name: String { get }

    /// Whether it computes on the host's processors, which decode images too.
    var isOfHost: Bool { get }

    /// How many batches may be given to it at once, each by a thread, so that it does not wait for the next one.
    var batchesInFlight: Int { get }

    /// What tells how long the device has nothing to do while the host waits for something else.
    ///
    /// - Returns: Nil where its work is done when a call returns: it has nothing to do whenever the host waits.
    /// - Throws: `ComputeError.failed`.
    func makeIdleClock() throws(ComputeError) -> (any IdleClock)?

    /// Allocates an uninitialised tensor.
    ///
    /// - Parameter shape: Images, rows, columns and channels.
    /// - Returns: A tensor to be given to an operation as output, or filled by `write`.
    /// - Throws: `ComputeError.outOfMemory`.
    func makeTensor(_ shape: Shape) throws(ComputeError) -> Tensor

    /// Allocates uninitialised tensors, where the device can next to each other: sums over processes then take them together.
    ///
    /// - Parameter counts: How many values each has.
    /// - Returns: One for each.
    /// - Throws: `ComputeError.outOfMemory`.
    func makeTensors(_ counts: [Int]) throws(ComputeError) -> [Tensor]

    /// Copies values to a tensor.
    ///
    /// - Parameters:
    ///   - values: `tensor.shape.count` of them.
    ///   - tensor: Where to.
    /// - Throws: `ComputeError.outOfMemory`.
    func write(_ values: UnsafeBufferPointer<Float>, to tensor: Tensor) throws(ComputeError)

    /// Copies a tensor's values to the host.
    ///
    /// - Parameter tensor: What to copy.
    /// - Returns: N·H·W rows of C values.
    /// - Throws: `ComputeError.outOfMemory`.
    func read(_ tensor: Tensor) throws(ComputeError) -> [Float]

    /// Brings gray images to the device, as a network's input.
    ///
    /// - Parameter batch: The images, and how they are normalised.
    /// - Returns: N×H×W×3.
    /// - Throws: `ComputeError.outOfMemory`.
    func input(_ batch: GrayInput) throws(ComputeError) -> Tensor

    /// Begins to bring gray images to the device, beside what it computes.
    ///
    /// - Parameter batch: The images, and how they are normalised.
    /// - Returns: What `input` makes the network's input of, once.
    /// - Throws: `ComputeError.outOfMemory`.
    func stage(_ batch: GrayInput) throws(ComputeError) -> StagedInput

    /// Makes a network's input of images that are on their way.
    ///
    /// - Parameter staged: By `stage` of this device.
    /// - Returns: N×H×W×3, to the bits of `input` of the same batch.
    /// - Throws: `ComputeError.outOfMemory`.
    func input(_ staged: StagedInput) throws(ComputeError) -> Tensor

    /// Mixes each image with the one before it, the first with the last, as torchvision's MixUp: `1 - own` of that one's value
    /// and `own` of the image's, products and their sum rounded to single precision one by one.
    ///
    /// - Parameters:
    ///   - input: At least as many images as are to be mixed.
    ///   - own: The share that an image keeps of itself, from 0 to 1.
    ///   - images: How many to mix, from the first.
    /// - Returns: A tensor of so many images.
    /// - Throws: `ComputeError.outOfMemory`.
    func mixed(_ input: Tensor, own: Float, images: Int) throws(ComputeError) -> Tensor

    /// Plans a segment for prediction, with parameters that do not change.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order and torchvision's layout.
    /// - Returns: The plan.
    /// - Throws: `ComputeError.outOfMemory`; `ComputeError.unavailable` where the device cannot compute the segment.
    func plan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan

    /// Records a forward pass, so that the device can be given it as a whole.
    ///
    /// - Parameters:
    ///   - input: The shape of its input.
    ///   - output: The shape of its output.
    ///   - pass: Its operations, which were made before with an input of this shape. They are made again, with an input that
    ///     has no values yet, and nothing may be read of what they make.
    /// - Returns: Nil where the device gains nothing by it.
    /// - Throws: `ComputeError`, where it cannot be recorded; the device is then as it was.
    func recorded(
        _ input: Shape, to output: Shape, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) -> (any RecordedPass)?

    /// Plans a segment for training.
    ///
    /// - Parameter segment: What is to be computed.
    /// - Returns: The plan.
    /// - Throws: `ComputeError.unavailable` where the device cannot compute the segment.
    func plan(_ segment: Segment) throws(ComputeError) -> any GradientPlan

    /// The slopes of a batch's loss, and its sum, without the logits being waited for.
    ///
    /// - Parameters:
    ///   - logits: N×1×1×1.
    ///   - labels: One for each, 0 to 1.
    ///   - loss: What is to become small.
    /// - Returns: Nil where logits are the host's anyway, which then computes them itself.
    /// - Throws: `ComputeError.outOfMemory`.
    func slopes(_ logits: Tensor, _ labels: [Float], _ loss: LossTerms) throws(ComputeError) -> LossSlopes?

    /// Sets all values to zero.
    ///
    /// - Parameter tensors: What to clear.
    /// - Throws: `ComputeError.failed`.
    func clear(_ tensors: [Tensor]) throws(ComputeError)

    /// The sum of the values' squares, in double precision and one fixed order.
    ///
    /// - Parameter tensors: The values.
    /// - Returns: The sum; not finite where a value is not.
    /// - Throws: `ComputeError.failed`.
    func squares(_ tensors: [Tensor]) throws(ComputeError) -> Double

    /// Multiplies gradients by a number, and looks at each of them.
    ///
    /// - Parameters:
    ///   - gradients: Changed.
    ///   - factor: One over the loss scale.
    /// - Returns: Whether all of them are finite.
    /// - Throws: `ComputeError.failed`.
    func unscale(_ gradients: [Tensor], by factor: Float) throws(ComputeError) -> Bool

    /// A step of AdamW for parameters, each of which is there once.
    ///
    /// - Parameter updates: The parameters, with all that moves them.
    /// - Throws: `ComputeError.failed`.
    func adamW(_ updates: [AdamWUpdate]) throws(ComputeError)

    /// A step of stochastic gradient descent for parameters, each of which is there once.
    ///
    /// - Parameter updates: The parameters, with all that moves them.
    /// - Throws: `ComputeError.failed`.
    func sgd(_ updates: [SGDUpdate]) throws(ComputeError)

    /// Moves values towards others of the same shapes: average + share · (value - average).
    ///
    /// - Parameters:
    ///   - averages: Changed.
    ///   - values: One for each average.
    ///   - share: From 0 to 1.
    /// - Throws: `ComputeError.failed`.
    func approach(_ averages: [Tensor], _ values: [Tensor], share: Float) throws(ComputeError)
}

extension Device {
    /// The processors of the host.
    public var isOfHost: Bool { true }

    /// One: computing takes all there is.
    public var batchesInFlight: Int { 1 }

    /// None: the processors of the host compute.
    public func makeIdleClock() throws(ComputeError) -> (any IdleClock)? { nil }

    /// Each by itself.
    public func makeTensors(_ counts: [Int]) throws(ComputeError) -> [Tensor] {
        var tensors: [Tensor] = []
        for count in counts { tensors.append(try makeTensor(Shape(channels: count))) }
        return tensors
    }

    /// Images are brought when they are asked for.
    public func stage(_ batch: GrayInput) throws(ComputeError) -> StagedInput { StagedInput(batch) }

    /// Images are brought now.
    public func input(_ staged: StagedInput) throws(ComputeError) -> Tensor { try input(staged.batch) }

    /// The host computes them.
    public func slopes(
        _ logits: Tensor, _ labels: [Float], _ loss: LossTerms
    ) throws(ComputeError) -> LossSlopes? { nil }

    /// By the host.
    public func mixed(_ input: Tensor, own: Float, images: Int) throws(ComputeError) -> Tensor {
        var shape = input.shape
        let (all, count) = (shape.images, shape.count / shape.images)
        shape.images = images
        let plain = try read(input)
        let mixed = [Float](unsafeUninitializedCapacity: shape.count) { out, filled in
            for image in 0..<images {
                let (mine, other) = (image * count, (image + all - 1) % all * count)
                for i in 0..<count { out[mine + i] = plain[other + i] * (1 - own) + plain[mine + i] * own }
            }
            filled = shape.count
        }
        return try tensor(mixed, shape)
    }

    /// Copies values to a new tensor.
    ///
    /// - Parameters:
    ///   - values: `shape.count` of them.
    ///   - shape: Images, rows, columns and channels.
    /// - Returns: The tensor on the device.
    /// - Throws: `ComputeError.outOfMemory`.
    public func tensor(_ values: [Float], _ shape: Shape) throws(ComputeError) -> Tensor {
        let tensor = try makeTensor(shape)
        try overwrite(tensor, with: values)
        return tensor
    }

    /// Copies values to an existing tensor.
    ///
    /// - Parameters:
    ///   - tensor: Where to.
    ///   - values: `tensor.shape.count` of them.
    /// - Throws: `ComputeError.outOfMemory`.
    public func overwrite(_ tensor: Tensor, with values: [Float]) throws(ComputeError) {
        var failure: ComputeError?
        values.withUnsafeBufferPointer { values in
            do throws(ComputeError) { try write(values, to: tensor) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

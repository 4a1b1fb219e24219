import MammoCompute

/// A ConvNeXt whose parameters are trained: forward, keeping what gradients need, and backward.
public final class TrainingNetwork {
    /// Its extents; one logit.
    public let architecture: ConvNeXtArchitecture
    /// Where it computes.
    public let device: any TrainingDevice
    /// The parameters, in torchvision's layout.
    public let parameters: ParameterTensors
    /// How many of the parameters, from the first, are frozen: they have no gradients, and layers of nothing but frozen
    /// parameters keep nothing and cost nothing backward.
    public private(set) var frozen = 0
    /// Gradients of the parameters of all layers that have any that are not frozen.
    public private(set) var gradients: ParameterTensors
    /// Keeps nothing but the layers' inputs, and computes them again for their gradients: less memory, more time.
    public let recomputes: Bool
    private let layers: [NetworkLayer]

    /// What a forward pass has kept.
    public struct Tape {
        /// One for each image.
        public let logits: [Float]
        fileprivate let pooled: Tensor
        fileprivate let last: Shape
        fileprivate var records: [Record]
    }

    fileprivate struct Record {
        let layer: NetworkLayer
        let input: Tensor
        let branch: Branch
        let kept: (any Activations)?
    }

    /// A network with given parameters, none of them frozen.
    ///
    /// - Parameters:
    ///   - architecture: Its extents, with one output.
    ///   - device: Where it is to compute.
    ///   - recomputes: Keeps nothing but the layers' inputs.
    ///   - values: Gives the values of a parameter.
    /// - Throws: `ComputeError.outOfMemory`, and what `values` throws.
    public init(
        _ architecture: ConvNeXtArchitecture, on device: any TrainingDevice, recomputes: Bool = false,
        values: (String) throws -> [Float]
    ) throws {
        precondition(architecture.outputs == 1, "a network with one logit")
        self.architecture = architecture
        self.device = device
        self.recomputes = recomputes
        parameters = try ParameterTensors(architecture.parameters, on: device, values: values)
        gradients = try ParameterTensors(zerosFor: architecture.parameters, on: device)
        layers = NetworkLayer.all(of: architecture)
    }

    /// Freezes parameters, and those alone.
    ///
    /// - Parameter count: How many, from the first of torchvision's named_parameters.
    /// - Throws: `ComputeError.outOfMemory`.
    public func freeze(_ count: Int) throws(ComputeError) {
        frozen = min(max(0, count), architecture.parameters.count)
        let prefixes =
            layers[firstTrained...].map(\.prefix) + (frozen < architecture.parameters.count ? ["classifier."] : [])
        let kept = architecture.parameters.filter { parameter in prefixes.contains { parameter.name.hasPrefix($0) } }
        gradients = try ParameterTensors(zerosFor: kept, on: device)
    }

    /// The parameters that are not frozen.
    public var trained: ArraySlice<ConvNeXtArchitecture.Parameter> { architecture.parameters[frozen...] }

    /// The first layer that has a parameter which is not frozen.
    private var firstTrained: Int {
        let names = trained.map(\.name)
        return layers.firstIndex { layer in names.contains { $0.hasPrefix(layer.prefix) } } ?? layers.count
    }

    /// The logits of a batch, and what the gradients need.
    ///
    /// - Parameters:
    ///   - input: N×H×W×3, normalised; at least 32 rows and columns.
    ///   - branches: Which images go through each block's branch; nil: all.
    /// - Returns: The tape for `backward`.
    /// - Throws: `ComputeError.outOfMemory`.
    public func forward(_ input: Tensor, branches: [Branch]? = nil) throws(ComputeError) -> Tape {
        var value = input
        var records: [Record] = []
        let firstTrained = firstTrained
        for (place, layer) in layers.enumerated() {
            var branch = Branch.all(input.shape.images)
            if case .block(_, let number) = layer, let branches { branch = branches[number] }
            let isTrained = place >= firstTrained
            let (output, kept) = try run(layer, value, branch, keeps: isTrained && !recomputes)
            if isTrained { records.append(Record(layer: layer, input: value, branch: branch, kept: kept)) }
            value = output
        }
        let pooled = try device.mean(value)
        let logits = try device.read(try device.head(pooled, parameters.head))
        return Tape(logits: logits, pooled: pooled, last: value.shape, records: records)
    }

    private func run(
        _ layer: NetworkLayer, _ input: Tensor, _ branch: Branch, keeps: Bool
    ) throws(ComputeError) -> (Tensor, (any Activations)?) {
        let result: (output: Tensor, kept: (any Activations)?)
        switch layer {
        case .stem: result = try device.trainStem(input, layer.patches(parameters))
        case .downsample: result = try device.trainDownsample(input, layer.patches(parameters))
        case .block(let name, _):
            result = try device.trainBlock(input, parameters.block(name), branch, keeps: keeps)
        }
        return (result.output, keeps ? result.kept : nil)
    }

    /// Adds a batch's gradients to `gradients`.
    ///
    /// - Parameters:
    ///   - tape: Of the forward pass, with the parameters as they still are; used up.
    ///   - slopes: The loss's derivative by each logit.
    /// - Throws: `ComputeError.outOfMemory`.
    public func backward(_ tape: consuming Tape, slopes: [Float]) throws(ComputeError) {
        guard frozen < architecture.parameters.count else { return }
        let slopes = try device.tensor(slopes, Shape(images: slopes.count, channels: 1))
        let pooled = try device.headGradient(tape.pooled, parameters.head, slopes: slopes, into: gradients.head)
        guard !tape.records.isEmpty else { return }
        var gradient = try device.meanGradient(pooled, of: tape.last)
        // Each record goes as soon as it is used up, and its memory with it.
        while let record = tape.records.popLast() {
            var kept = record.kept
            if recomputes { kept = try run(record.layer, record.input, record.branch, keeps: true).1 }
            guard let kept else { preconditionFailure("a layer that kept nothing") }
            switch record.layer {
            case .stem:
                try device.stemGradient(
                    kept, record.layer.patches(parameters), gradient, into: record.layer.patches(gradients))
            case .downsample:
                gradient = try device.downsampleGradient(
                    kept, record.layer.patches(parameters), gradient, into: record.layer.patches(gradients))
            case .block(let name, _):
                try device.blockGradient(
                    kept, parameters.block(name), gradient, into: gradients.block(name),
                    needsInput: !tape.records.isEmpty)
            }
        }
    }

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

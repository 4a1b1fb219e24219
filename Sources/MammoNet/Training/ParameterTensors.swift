import MammoCompute

/// A value for each of a network's parameters, or for those from one on, on a device: the parameters themselves, their
/// gradients, or an optimizer's moments.
public struct ParameterTensors: Sendable {
    /// Those there are, in the order of torchvision's named_parameters.
    public let parameters: [ConvNeXtArchitecture.Parameter]
    private let tensors: [String: Tensor]

    /// Tensors of zeros.
    ///
    /// - Parameters:
    ///   - parameters: Which there are to be.
    ///   - device: Where they are to be.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(
        zerosFor parameters: [ConvNeXtArchitecture.Parameter], on device: any TrainingDevice
    ) throws(ComputeError) {
        self.parameters = parameters
        var tensors: [String: Tensor] = [:]
        for parameter in parameters {
            tensors[parameter.name] = try device.makeTensor(Shape(channels: parameter.count))
        }
        self.tensors = tensors
        try device.clear(all)
    }

    /// Tensors of given values.
    ///
    /// - Parameters:
    ///   - parameters: Which there are to be.
    ///   - device: Where they are to be.
    ///   - values: Gives the values of a name, in torchvision's layout.
    /// - Throws: `ComputeError.outOfMemory`, and what `values` throws.
    public init(
        _ parameters: [ConvNeXtArchitecture.Parameter], on device: any TrainingDevice,
        values: (String) throws -> [Float]
    ) throws {
        self.parameters = parameters
        var tensors: [String: Tensor] = [:]
        for parameter in parameters {
            tensors[parameter.name] = try device.tensor(try values(parameter.name), Shape(channels: parameter.count))
        }
        self.tensors = tensors
    }

    /// The tensor of a parameter that there is.
    ///
    /// - Parameter name: As torchvision has it.
    /// - Returns: Its values, in torchvision's layout.
    public subscript(name: String) -> Tensor {
        guard let tensor = tensors[name] else { preconditionFailure("no tensor for \(name)") }
        return tensor
    }

    /// Those there are, in the parameters' order.
    public var all: [Tensor] { parameters.map { self[$0.name] } }

    /// A block's tensors.
    func block(_ name: String) -> BlockTensors { BlockTensors { self["\(name).\($0)"] } }

    /// The classifier's tensors.
    var head: HeadTensors {
        HeadTensors(
            gamma: self["classifier.0.weight"], beta: self["classifier.0.bias"], weights: self["classifier.2.weight"],
            bias: self["classifier.2.bias"])
    }

    /// The tensors of a convolution and its norm.
    func patches(norm: String, convolution: String) -> PatchTensors {
        PatchTensors(
            gamma: self["\(norm).weight"], beta: self["\(norm).bias"], weights: self["\(convolution).weight"],
            bias: self["\(convolution).bias"])
    }
}

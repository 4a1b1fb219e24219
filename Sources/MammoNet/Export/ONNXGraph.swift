import MammoCompute
import MammoGraph

/// The nodes of a network's graph as they come: each layer with the operator that it has.
///
/// Convolutions and means take values of N×C×H×W, layer norms of N×H×W×C; a value is transposed where the next operator asks for
/// the other order.
struct ONNXGraph {
    /// An operator's result.
    struct Value {
        /// Where the channels are.
        enum Order {
            /// N×C×H×W.
            case channelsFirst
            /// N×H×W×C.
            case channelsLast
        }

        let name: String
        let order: Order
    }

    private(set) var nodes: [ONNXModel.Node] = []
    private(set) var initialisers: [ONNXModel.Initialiser] = []
    /// What names begin with.
    private var scope = ""
    /// Nodes of the scope so far.
    private var count = 0

    /// Begins a part of the network, after which its nodes are named.
    mutating func begin(_ scope: String) {
        self.scope = scope
        count = 0
    }

    /// Adds a node.
    ///
    /// - Parameters:
    ///   - operation: An operator of the operator set.
    ///   - inputs: Names of values.
    ///   - values: Further inputs, which the file has: what they are, their shape, and they themselves.
    ///   - attributes: The operator's.
    ///   - output: The name of the result; nil: the node's.
    /// - Returns: The name of the result.
    mutating func add(
        _ operation: String, _ inputs: [String], _ values: [(role: String, shape: [Int], values: [Float])] = [],
        _ attributes: [ONNXModel.Attribute] = [], output: String? = nil
    ) -> String {
        let name = "\(scope)/\(operation)_\(count)"
        count += 1
        let more = values.map { ONNXModel.Initialiser(name: "\(name).\($0.role)", shape: $0.shape, values: $0.values) }
        initialisers += more
        nodes.append(
            ONNXModel.Node(
                name: name, operation: operation, inputs: inputs + more.map(\.name), output: output ?? name,
                attributes: attributes))
        return output ?? name
    }

    /// Adds a segment.
    ///
    /// - Parameters:
    ///   - segment: Its layers.
    ///   - values: The values of its entries, in their order.
    ///   - input: What it is applied to.
    /// - Returns: The result; with a residual in the input's order.
    /// - Throws: `FoldingError`.
    mutating func add(_ segment: Segment, _ values: [[Float]], to input: Value) throws(FoldingError) -> Value {
        begin(segment.name)
        var branch = add(try FoldedLayer.folded(segment, values), to: input)
        guard segment.isResidual else { return branch }
        if segment.scale != nil {
            let count = values[0].count
            let shape = branch.order == .channelsLast ? [count] : [count, 1, 1]
            branch = Value(name: add("Mul", [branch.name], [("scale", shape, values[0])]), order: branch.order)
        }
        branch = ordered(branch, input.order)
        return Value(name: add("Add", [input.name, branch.name]), order: input.order)
    }

    private mutating func add(_ layers: [FoldedLayer], to input: Value) -> Value {
        var value = input
        for layer in layers {
            switch layer {
            case .convolution(let convolution):
                let isProduct = value.order == .channelsLast && convolution.extents.isPointwise
                value = isProduct ? product(convolution, of: value) : self.convolution(convolution, of: value)
                if let activation = convolution.activation { value = add(activation, to: value) }
            case .activation(let activation): value = add(activation, to: value)
            case .layerNorm(let gamma, let beta, let epsilon):
                let rows = ordered(value, .channelsLast)
                let name = add(
                    "LayerNormalization", [rows.name],
                    [("weight", [gamma.count], gamma), ("bias", [beta.count], beta)],
                    [.integer("axis", -1), .number("epsilon", epsilon)])
                value = Value(name: name, order: .channelsLast)
            case .mean:
                let maps = ordered(value, .channelsFirst)
                value = Value(name: add("GlobalAveragePool", [maps.name]), order: .channelsFirst)
            case .maximum:
                let maps = ordered(value, .channelsFirst)
                value = Value(name: add("GlobalMaxPool", [maps.name]), order: .channelsFirst)
            case .generalisedMean(let exponent):
                let maps = ordered(value, .channelsFirst)
                let positive = add("Max", [maps.name], [("epsilon", [], [Pooling.epsilon])])
                let powers = add("Pow", [positive], [("exponent", [], [exponent])])
                let means = add("GlobalAveragePool", [powers])
                value = Value(name: add("Pow", [means], [("inverse", [], [1 / exponent])]), order: .channelsFirst)
            case .gate(let inner):
                let factors = ordered(add(inner, to: value), value.order)
                value = Value(name: add("Mul", [value.name, factors.name]), order: value.order)
            }
        }
        return value
    }

    private mutating func add(_ activation: Activation, to value: Value) -> Value {
        switch activation {
        case .gelu:
            return Value(
                name: add("Gelu", [value.name], [], [.text("approximate", "none")]), order: value.order)
        case .sigmoid: return Value(name: add("Sigmoid", [value.name]), order: value.order)
        case .silu:
            let sigmoid = add("Sigmoid", [value.name])
            return Value(name: add("Mul", [value.name, sigmoid]), order: value.order)
        }
    }

    private mutating func convolution(_ convolution: FoldedConvolution, of value: Value) -> Value {
        let extents = convolution.extents
        let shape = [extents.outputs, extents.inputs / extents.groups, extents.kernel, extents.kernel]
        let name = add(
            "Conv", [ordered(value, .channelsFirst).name],
            [("weight", shape, convolution.weights), ("bias", [extents.outputs], convolution.bias)],
            [
                .integers("kernel_shape", [extents.kernel, extents.kernel]),
                .integers("strides", [extents.stride, extents.stride]),
                .integers("pads", [Int](repeating: extents.padding, count: 4)), .integer("group", extents.groups),
            ])
        return Value(name: name, order: .channelsFirst)
    }

    /// A product of the channels of each position.
    private mutating func product(_ convolution: FoldedConvolution, of value: Value) -> Value {
        let (inputs, outputs) = (convolution.extents.inputs, convolution.extents.outputs)
        let weights = convolution.weights.transposed(matrices: 1, rows: outputs, columns: inputs)
        let sums = add("MatMul", [value.name], [("weight", [inputs, outputs], weights)])
        return Value(name: add("Add", [sums], [("bias", [outputs], convolution.bias)]), order: .channelsLast)
    }

    private mutating func ordered(_ value: Value, _ order: Value.Order) -> Value {
        guard value.order != order else { return value }
        let axes = order == .channelsLast ? [0, 2, 3, 1] : [0, 3, 1, 2]
        return Value(name: add("Transpose", [value.name], [], [.integers("perm", axes)]), order: order)
    }
}

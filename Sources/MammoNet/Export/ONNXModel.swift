/// A model in the Open Neural Network Exchange format: what onnx.proto has of it, as far as networks need it.
struct ONNXModel {
    /// The set of operators that nodes are of: the first with Gelu.
    static let operatorSet = 20
    /// The version of the file format that came with it.
    static let formatVersion = 9

    /// An operation.
    struct Node {
        var name: String
        var operation: String
        var inputs: [String]
        var output: String
        var attributes: [Attribute]
    }

    /// An attribute of a node: a constant setting of its operator.
    enum Attribute {
        case integer(String, Int)
        case integers(String, [Int])
        case number(String, Float)
        case text(String, String)
    }

    /// Values that the file has.
    struct Initialiser {
        var name: String
        var shape: [Int]
        /// As many as the shape says, the last extent's next to each other.
        var values: [Float]
    }

    /// An input or output: values in single precision.
    struct Value {
        /// Along an axis.
        enum Extent {
            /// Any, by this name.
            case any(String)
            /// This and no other.
            case fixed(Int)
        }

        var name: String
        var shape: [Extent]
    }

    var name: String
    /// Each after those whose outputs it takes.
    var nodes: [Node]
    var initialisers: [Initialiser]
    var input: Value
    var output: Value
    /// What the file says of itself.
    var metadata: [String: String]
}

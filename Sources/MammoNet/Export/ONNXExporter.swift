import MammoGraph
import MammoImage

/// Writes networks as ONNX files for runtimes of that format: opset 20, format version 9.
///
/// The input `pixels` is N×1×rows×columns, gray from 0 to 255 as PNGs have it, in single precision; dividing by 255,
/// normalisation and three channels are part of the graph. The output `logits` is N×1, or N×classes.
public enum ONNXExporter {
    /// Writes a file: beside first, then renamed. The same weights give the same bytes.
    ///
    /// - Parameters:
    ///   - weights: Any network with any number of outputs.
    ///   - path: The file.
    /// - Throws: `DataError.unwritable`.
    public static func write(_ weights: ModelWeights, to path: String) throws {
        try model(weights).write(to: path)
    }

    private static func model(_ weights: ModelWeights) throws(FoldingError) -> ONNXModel {
        let network = weights.architecture
        var graph = ONNXGraph()
        var value = input(weights.completeMetadata.normalisation ?? network.normalisation, of: "pixels", in: &graph)
        for segment in network.segments {
            value = try graph.add(segment, segment.entries.map { weights.values(of: $0.name) }, to: value)
        }
        // The head leaves one position, so that the order of the axes does not matter.
        graph.begin("output")
        let output = graph.add("Flatten", [value.name], [], [.integer("axis", 1)], output: "logits")
        return ONNXModel(
            name: network.name, nodes: graph.nodes, initialisers: graph.initialisers,
            input: .init(name: "pixels", shape: [.any("N"), .fixed(1), .any("rows"), .any("columns")]),
            output: .init(name: output, shape: [.any("N"), .fixed(network.outputs)]), metadata: metadata(weights))
    }

    /// Gray as input, in the order of `Normalisation`: the three means make three channels of one.
    private static func input(
        _ normalisation: Normalisation, of pixels: String, in graph: inout ONNXGraph
    ) -> ONNXGraph.Value {
        graph.begin("input")
        let shares = graph.add("Div", [pixels], [("maximum", [], [255])])
        let centred = graph.add("Sub", [shares], [("mean", [1, 3, 1, 1], normalisation.mean)])
        let name = graph.add("Div", [centred], [("deviation", [1, 3, 1, 1], normalisation.deviation)])
        return ONNXGraph.Value(name: name, order: .channelsFirst)
    }

    private static func metadata(_ weights: ModelWeights) -> [String: String] {
        let metadata = weights.completeMetadata
        var texts = metadata.texts
        texts["size"] = metadata.preprocessing.map { "\($0.rows)x\($0.columns)" }
        texts["weights_sha256"] = weights.file.digest
        return texts
    }
}

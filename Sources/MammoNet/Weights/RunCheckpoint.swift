import FoundationEssentials
import MammoGraph

/// A checkpoint of `mammo train` as weights: a safetensors file of groups of tensors, each under the group's name.
package enum RunCheckpoint {
    /// The metadata's key that says what the rest of the run is.
    package static let key = "mammo-checkpoint"
    /// The group of parameters.
    package static let parameters = "parameter"
    /// The group of averaged parameters.
    package static let averages = "average"

    private struct Header: Decodable {
        var mean: [Float]?
        var deviation: [Float]?
        var pool: String?
    }

    /// Parameters and averages as state dicts; nil of other files.
    static func tables(of tables: [TensorTable], _ metadata: [String: String]) -> [TensorTable]? {
        guard let text = metadata[key], let whole = tables.first else { return nil }
        var found: [TensorTable] = []
        for group in [averages, parameters] {
            let tensors = whole.tensors.lazy.filter { $0.name.hasPrefix("\(group).") }
                .map { $0.named(String($0.name.dropFirst(group.count + 1))) }
            var table = TensorTable(keys: [group], tensors)
            guard !table.tensors.isEmpty else { continue }
            table.metadata = self.metadata(text)
            found.append(table)
        }
        return found
    }

    /// What the run's images were normalised with, and its pooling, as a weights file says it.
    private static func metadata(_ text: String) -> [String: String] {
        guard let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8)) else { return [:] }
        var metadata = WeightsMetadata()
        if let mean = header.mean, let deviation = header.deviation, mean.count == 3, deviation.count == 3 {
            metadata.normalisation = Normalisation(mean: mean, deviation: deviation)
        }
        var texts = metadata.texts
        texts["pool"] = header.pool
        return texts
    }
}

extension WeightsFile.Entry {
    /// The same tensor under another name.
    func named(_ name: String) -> WeightsFile.Entry {
        WeightsFile.Entry(name: name, shape: shape, type: type, offset: offset, strides: strides)
    }
}

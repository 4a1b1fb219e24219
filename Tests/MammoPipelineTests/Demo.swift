import Foundation
import MammoPipeline
import TestSupport

/// A settings file for the demo set and the micro network, in a folder of its own.
struct Demo {
    let folder: TemporaryFolder
    var lines = [
        "images": Fixtures.path("train_images"), "csv": Fixtures.path("train.csv"), "size": "128x64", "folds": "2",
        "weights": Fixtures.path("micro/weights.safetensors"), "arch": "micro", "epochs": "2", "batch_size": "3",
    ]

    init() throws {
        folder = try TemporaryFolder()
        lines["out"] = "\(folder.path)/out"
    }

    /// The keys sorted, one a line.
    var file: RunFile {
        let text = lines.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        return RunFile(Array(text.utf8), path: "r.yaml")
    }

    /// Makes a file of `out`.
    func make(_ name: String, _ text: String) throws {
        let path = "\(folder.path)/out/\(name)"
        let parent = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }
}

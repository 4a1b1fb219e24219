import Foundation
import MammoData
import TestSupport
import Testing

@Suite("Recipes, run")
struct RecipeRunTests {
    /// What a small network and the demo set need otherwise.
    private static let small = [
        "images": Fixtures.path("train_images"), "csv": Fixtures.path("train.csv"), "size": "128x64", "arch": "micro",
        "weights": Fixtures.path("micro/weights.safetensors"), "epochs": "2", "batch_size": "4", "device": "cpu",
        "amp": "none",
    ]

    @Test(
        "Every recipe goes through all stages, with a network and images that are small",
        arguments: ["first-place", "quick", "reference"])
    func run(_ name: String) throws {
        let root = URL(filePath: Fixtures.root).deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Scripts/recipes/\(name).yaml"), encoding: .utf8)
        let folder = try TemporaryFolder()
        var changes = Self.small
        changes["out"] = "\(folder.path)/out"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let key = String(line.prefix { $0 != ":" })
            return changes.removeValue(forKey: key).map { "\(key): \($0)" } ?? String(line)
        }
        let settings = try folder.write(
            (lines + changes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }).joined(separator: "\n")
                + "\n",
            to: "settings.yaml")
        let plan = try Tool.run(["run", settings, "--dry-run"])
        #expect(plan.status == 0 && plan.output.contains("train       to do"), "\(plan.error)")
        let run = try Tool.run(["run", settings, "--quiet"])
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.contains("weights"))
    }
}

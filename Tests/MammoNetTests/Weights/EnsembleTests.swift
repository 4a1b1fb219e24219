import MammoData
import MammoNet
import TestSupport
import Testing

@Suite("Ensembles")
struct EnsembleTests {
    private static let text = """
        {"architecture": "micro", "folds": 2, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2], "positive_rate": 0.02,
         "members": [{"fold": 0, "path": "fold-0/best.safetensors", "seed": 1, "sha256": "aa"},
                     {"fold": 1, "path": "/elsewhere/b.safetensors", "seed": 1, "sha256": "bb"}],
         "threshold": {"value": 0.3, "nested_f1": 0.4, "optimistic_f1": 0.5, "optimistic_threshold": 0.31}}
        """

    @Test("Weights are relative to the ensemble's own folder")
    func paths() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.text, to: "ensemble.json")
        let ensemble = try Ensemble(path: path)
        #expect(
            ensemble.weights(besides: path) == ["\(folder.path)/fold-0/best.safetensors", "/elsewhere/b.safetensors"])
        #expect(ensemble.weights(besides: "ensemble.json")[0] == "fold-0/best.safetensors")
        #expect(ensemble.preprocessing == nil && ensemble.threshold.value == 0.3)
    }

    @Test(
        "What is no ensemble is named",
        arguments: [
            ("{}", "is not an ensemble.json"), ("[1", "is not an ensemble.json"), ("", "is not an ensemble.json"),
            (text.replacing("0.3,", with: "1.5,"), "its threshold is 1.5, expected 0 to 1"),
            (text.replacing("\"fold-0/best.safetensors\"", with: "\"\""), "it names no weights"),
        ])
    func refused(_ text: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "e.json")
        let error = #expect(throws: WeightsError.self) { try Ensemble(path: path) }
        #expect(error.map { "\($0)" }?.contains(reason) == true, "\(String(describing: error))")
    }
}

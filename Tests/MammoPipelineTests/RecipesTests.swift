import Foundation
import MammoCompute
import MammoData
import MammoImage
import MammoPipeline
import MammoTrain
import TestSupport
import Testing

@Suite("The recipes of Scripts/recipes")
struct RecipesTests {
    static let folder = URL(filePath: Fixtures.root).deletingLastPathComponent().appending(path: "Scripts/recipes").path
    static let names = Files.names(in: folder).sorted()

    @Test("They are those that the documents name")
    func all() { #expect(Self.names == ["first-place.yaml", "quick.yaml", "reference.yaml"]) }

    @Test("Every setting is one that mammo run takes, but for paths and the card", arguments: names)
    func sound(_ name: String) throws {
        // What it would be written to is made here.
        let folder = try TemporaryFolder()
        let text = String(decoding: try Files.read("\(Self.folder)/\(name)"), as: UTF8.self)
        let file = RunFile(Array(text.replacing("\nout: ", with: "\nout: \(folder.path)/").utf8), path: name)
        #expect(file.problems.isEmpty && file.notes.isEmpty, "\(file.problems)")
        #expect(["images", "csv", "out", "weights"].allSatisfy { file.line(of: $0) != nil })
        let problems = RunChecks.problems(in: file, CUDAFiles(plugin: "/nowhere/plugin.so"))
        let keys = Set(problems.compactMap(\.key))
        #expect(keys.isSubset(of: ["images", "csv", "weights", "device"]), "\(problems)")
        #expect(keys.isSuperset(of: ["images", "csv", "weights"]), "the files that it names are nobody's")
    }

    @Test("Each says where it is from and what is otherwise there, in 80 columns", arguments: names)
    func comments(_ name: String) throws {
        let lines = String(decoding: try Files.read("\(Self.folder)/\(name)"), as: UTF8.self).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        for word in ["# Source: ", "# Deviations:"] { #expect(lines.count { $0.hasPrefix(word) } == 1, "\(word)") }
    }

    @Test("The reference is the example's recipe, and the quick one a smaller reference")
    func relations() throws {
        func settings(_ name: String) throws -> RunSettings { try RunFile(path: "\(Self.folder)/\(name)").settings }
        let reference = try settings("reference.yaml")
        let example = RunFile(Array(RunExample.text.utf8), path: "example").settings
        #expect(reference.pixels == example.pixels && reference.tta == example.tta)
        let (own, given) = (reference.training, example.training)
        #expect(own.epochs == given.epochs && own.batchSize == given.batchSize && own.lr == given.lr)
        #expect(own.augment == given.augment && own.arch == given.arch && own.posWeight == given.posWeight)
        let quick = try settings("quick.yaml")
        #expect(quick.pixels.rows * 4 == reference.pixels.rows && quick.pixels.columns * 4 == reference.pixels.columns)
        #expect(quick.training.epochs < reference.training.epochs && quick.training.lr == reference.training.lr)
    }
}

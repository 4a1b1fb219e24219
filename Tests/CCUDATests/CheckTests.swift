import Foundation
import TestSupport
import Testing

/// The program that checks and times the plugin on a device (Sources/CUDA/check), on emulated devices of several kinds.
@Suite(.serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(30))) struct CheckTests {
    /// Runs check-cuda on the emulated plugin.
    private func check(_ arguments: String, settings: String = "") throws -> Tool {
        let plugin = try #require(EmulatedPlugin.built)
        return try Tool.shell("\(settings) .build-cuda/check-cuda \(plugin) \(arguments)", in: EmulatedPlugin.root)
    }

    /// The rows of a table of tab-separated values, by its columns.
    private func rows(_ path: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        let columns = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    @Test(arguments: ["60", "75", "80", "90"])
    func productsThatACardDoesNotSupportAreRejected(_ capability: String) throws {
        let ended = try check("--only product", settings: "MAMMO_CUDA_EMULATED_CAPABILITY=\(capability)")
        #expect(ended.status == 0 && ended.output.contains(" cases, 0 failures"), "\(ended.output)")
    }

    /// Among algorithms that add in different orders, which is the fastest decides the bits, where products are tuned.
    @Test func theFastestAlgorithmComputesWhereThatIsAsked() throws {
        let folder = try TemporaryFolder()
        func digests(_ settings: String, of group: String) throws -> String {
            let file = "\(folder.path)/digests"
            let ended = try check("--only \(group) --digests \(file)", settings: settings)
            #expect(ended.status == 0 && ended.output.contains(" cases, 0 failures"), "\(ended.output)")
            return try String(contentsOfFile: file, encoding: .utf8)
        }
        let first = try digests("", of: "tuning")
        let others = try (1...3).map { try digests("MAMMO_CUDA_EMULATED_FASTEST=\($0)", of: "tuning") }
        #expect(Set(others + [first]).count == 4)
        // What is less than 3 % faster may be so by chance.
        let hardly = "MAMMO_CUDA_EMULATED_FASTEST=1 MAMMO_CUDA_EMULATED_GAIN="
        #expect(try digests("\(hardly)3", of: "tuning") == first && digests("\(hardly)4", of: "tuning") == others[0])
        #expect(try digests("MAMMO_CUDA_EMULATED_FASTEST=1", of: "product") == digests("", of: "product"))
    }

    @Test func memoryComesFromTheDriverWhereThereAreNoPools() throws {
        let ended = try check("--only memory,order", settings: "MAMMO_CUDA_EMULATED_POOLS=0")
        #expect(ended.status == 0 && ended.output.contains("no memory pools"), "\(ended.output)")
    }

    @Test func aFailedCallFailsItsCaseAndTheRunGoesOn() throws {
        let ended = try check("--only gelu,order,head", settings: "MAMMO_CUDA_EMULATED_MEMORY=2000000")
        #expect(ended.status == 1)
        #expect(ended.output.contains("failed: gelu, "), "\(ended.output)")
        #expect(ended.output.contains("out of memory: "), "\(ended.output)")
        let head = ended.output.split(separator: "\n").first { $0.hasPrefix("head ") }
        #expect(head?.contains("FAILED") == false, "\(ended.output)")
    }

    @Test(arguments: [
        ("convnext_tiny", "product_gelu_gradient:4"), ("efficientnet_v2_s", "batch_gradient_depthwise:7"),
    ])
    func everyOperationIsTimed(_ network: String, _ operation: String) throws {
        let folder = try TemporaryFolder()
        let table = "\(folder.path)/operations.tsv"
        let ended = try check("--measure --network \(network) --size 64x32 --batch 2 --seconds 2 --table \(table)")
        #expect(ended.status == 0 && ended.output.contains("a training step, per image: took "), "\(ended.output)")
        let rows = try rows(table)
        let step = try #require(rows.last)
        #expect(step["operation"] == "training_step" && step["type"] == "bf16" && step["batch"] == "2")
        var sum = 0.0
        for row in rows.dropLast() {
            let took = try #require(row["took_ms"].flatMap(Double.init))
            let times = try #require(row["times_per_image"].flatMap(Double.init))
            #expect(took > 0, "\(row)")
            sum += took * times
        }
        let took = try #require(step["took_ms"].flatMap(Double.init))
        #expect(abs(sum - took) <= 1e-3 * took)
        // Each operation of each stage has a row of its own.
        let names = rows.map { "\($0["operation"] ?? ""):\($0["stage"] ?? "")" }
        #expect(Set(names).count == names.count && names.contains(operation) && names.contains("copy:0"))
    }

    @Test(arguments: ["fp32", "fp16"]) func timesInOtherTypes(_ type: String) throws {
        let ended = try check(
            "--measure --size 40x70 --batch 1 --seconds 1 --type \(type) --only layer_norm:4,product_up_input:4")
        #expect(ended.status == 0 && ended.output.contains("1 images of 40x70, \(type)"), "\(ended.output)")
    }

    /// Products by themselves, and the operations after them; and those of a prediction.
    @Test func productsAreTimedBothWaysAndForPrediction() throws {
        let folder = try TemporaryFolder()
        func timed(_ arguments: String) throws -> [String: [String: String]] {
            let table = "\(folder.path)/operations.tsv"
            let ended = try check("--measure --size 64x32 --batch 1 --seconds 1 \(arguments) --table \(table)")
            #expect(ended.status == 0, "\(ended.output)")
            return Dictionary(
                try rows(table).map { ("\($0["operation"] ?? ""):\($0["stage"] ?? "")", $0) }, uniquingKeysWith: { $1 })
        }
        let separate = try timed("--separate --only product_up:1,gelu:1,product_down:1,residual:1,gelu_gradient:1")
        #expect(separate["gelu:1"] != nil && separate["gelu_gradient:1"] != nil && separate["residual:1"] != nil)
        #expect(separate["part_of_training_step:0"] != nil)
        let prediction = try timed("--inference --network efficientnet_v2_s")
        #expect(prediction["inference:0"] != nil && prediction.keys.contains { $0.hasPrefix("gated_convolution_") })
        #expect(prediction.keys.allSatisfy { !$0.contains("gradient") })
    }

    /// Grids that the whole harness leaves out on the emulated device.
    @Test func depthwiseConvolutionsOfAnyNumberOfTiles() throws {
        let ended = try check("--only depthwise_limits")
        #expect(ended.status == 0 && ended.output.contains("3 cases, 0 failures"), "\(ended.output)")
    }

    @Test func whatTheDeviceLacksIsNotMeasured() throws {
        let ended = try check(
            "--measure --size 64x32 --batch 1 --seconds 1 --type bf16 --only layer_norm:4,product_up_input",
            settings: "MAMMO_CUDA_EMULATED_CAPABILITY=75")
        #expect(ended.status == 0, "\(ended.output)")
        #expect(ended.output.contains("not measured: unsupported: "), "\(ended.output)")
        #expect(ended.output.contains("not in the sum: product_up_input:1 product_up_input:2"), "\(ended.output)")
    }

    @Test func aProfilerSeesEachCallOnce() throws {
        let ended = try check("--measure --size 64x32 --batch 1 --once --only layer_norm,product_up_input:2")
        #expect(ended.status == 0)
        let ran = ended.output.split(separator: "\n").filter { $0.hasSuffix(" ran once") }
        #expect(ran.count == 5, "\(ended.output)")
    }

    @Test func withoutADriverTheStatusSaysSo() throws {
        let ended = try check("", settings: "MAMMO_CUDA_EMULATED_DRIVER=0")
        #expect(ended.status == 69 && ended.output.contains("driver"), "\(ended.output)")
        let other = try check("--device 7")
        #expect(other.status == 69 && other.output.contains("there is no device 7, expected 0 to 0"), "\(other.output)")
    }

    @Test(arguments: [
        "--only gelu,nothing", "--measure --only nothing", "--batch 0", "--measure --size 12", "--type int8",
        "--network b0", "--part 3/2",
    ])
    func wrongArgumentsAreNamed(_ arguments: String) throws {
        let ended = try check(arguments)
        #expect(ended.status == 64 && ended.output.contains("expected"), "\(ended.output)")
    }
}

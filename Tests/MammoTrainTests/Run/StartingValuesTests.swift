import MammoData
import MammoGraph
import MammoNet
import MammoTrain
import TestSupport
import Testing

/// Where a run's pooling and that of its weights meet.
@Suite("Starting values")
struct StartingValuesTests {
    private static func configuration(_ weights: String, _ pool: Pooling) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.arch, configuration.weights, configuration.pool) = ("micro", weights, pool)
        return configuration
    }

    private static func values(_ configuration: TrainingConfiguration) throws -> StartingValues {
        try StartingValues(configuration, try #require(configuration.network))
    }

    @Test("Weights of the mean begin any pooling, the generalised mean's exponent at 3")
    func begins() throws {
        let path = Fixtures.path("micro/weights.safetensors")
        for weights in [path, "none"] {
            let start = try Self.values(Self.configuration(weights, .generalisedMean))
            #expect(start.values("avgpool.p") == [3])
        }
        let plain = try ModelWeights(try WeightsFile(path: path))
        let start = try Self.values(Self.configuration(path, .maximum))
        #expect(start.values("classifier.2.weight") == plain.values(of: "classifier.2.weight"))
    }

    @Test("Weights that were trained with another pooling than the run's are refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        var weights = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        for found in [Pooling.generalisedMean, .maximum] {
            weights.replacePooling(by: found)
            let path = "\(folder.path)/\(found.rawValue).safetensors"
            try SafetensorsWriter.write(weights.tensors, metadata: weights.completeMetadata.texts, to: path)
            _ = try Self.values(Self.configuration(path, found))
            for asked in Pooling.allCases where asked != found {
                #expect { _ = try Self.values(Self.configuration(path, asked)) } throws: {
                    "\($0)"
                        == "\(path): was trained with --pool \(found.rawValue), expected --pool \(asked.rawValue); "
                        + "give --pool \(found.rawValue), or weights with avg"
                }
            }
        }
    }

    @Test("A resumed run refuses another pooling; the frozen parameters are counted with the exponent")
    func resumed() throws {
        var earlier = Self.configuration("none", .mean)
        (earlier.images, earlier.csv) = ("png", "t.csv")
        var other = earlier
        other.pool = .generalisedMean
        #expect(other.differences(from: earlier) == ["pool: found avg, asked for gem"])
        let count = try #require(Network.named("micro")).parameters.count
        (earlier.freeze, other.freeze) = (count, count)
        #expect(throws: ConfigurationError.self) { try earlier.validate() }
        try other.validate()
        #expect(other.network?.parameters.count == count + 1 && earlier.network?.parameters.count == count)
    }
}

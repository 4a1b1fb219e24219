import MammoData
import Testing

@Suite("Sampling for training")
struct SamplerTests {
    private let random = RunRandom(seed: 11)
    /// Forty of two thousand have cancer.
    private let labels = (0..<2000).map { $0 % 50 == 7 }

    private func sampler(
        _ method: Sampler.Method, batchSize: Int = 26, dropLast: Bool = false, minPositives: Int = 0, seed: UInt64 = 11
    ) throws -> Sampler {
        try Sampler(
            labels: labels, method: method, batchSize: batchSize, dropLast: dropLast, minPositives: minPositives,
            random: RunRandom(seed: seed))
    }

    @Test("Sequential is the table's order; batches keep the small last one unless it is dropped")
    func sequential() throws {
        let all = try sampler(.sequential)
        #expect(all.order(epoch: 0) == Array(0..<2000) && all.order(epoch: 5) == Array(0..<2000))
        #expect(all.stepsPerEpoch == 77 && all.batches(epoch: 0).map(\.count) == Array(repeating: 26, count: 76) + [24])
        let dropped = try sampler(.sequential, dropLast: true)
        #expect(dropped.stepsPerEpoch == 76 && dropped.order(epoch: 0) == Array(0..<1976))
    }

    @Test("Shuffled has each image once, another order each epoch and seed, the same again")
    func shuffled() throws {
        let sampler = try sampler(.shuffled)
        let order = sampler.order(epoch: 3)
        #expect(order.sorted() == Array(0..<2000) && order != Array(0..<2000))
        #expect(order == sampler.order(epoch: 3) && order != sampler.order(epoch: 4))
        #expect(try order != self.sampler(.shuffled, seed: 12).order(epoch: 3))
        // Where images end up is even: the mean place of the first hundred images over many epochs.
        let places = (0..<200).flatMap { epoch in
            sampler.order(epoch: epoch).enumerated().filter { $0.element < 100 }.map { Double($0.offset) }
        }
        #expect(abs(places.reduce(0, +) / Double(places.count) - 999.5) < 15)
    }

    @Test("Weighted draws positives as their weight says, each alike")
    func weighted() throws {
        let sampler = try sampler(.weighted(upsample: 10))
        var counts = [Int](repeating: 0, count: 2000)
        for epoch in 0..<500 { for image in sampler.order(epoch: epoch) { counts[image] += 1 } }
        let positives = zip(counts, labels).filter(\.1).map(\.0)
        // 400 of 2,360 parts of a million draws: 4,237 for each positive, 423.7 for each other.
        #expect(abs(Double(positives.reduce(0, +)) - 1_000_000 * 400 / 2360) < 2000)
        #expect(positives.allSatisfy { abs($0 - 4237) < 400 })
        #expect(zip(counts, labels).allSatisfy { $1 || abs($0 - 424) < 140 })
        #expect(sampler.order(epoch: 2).count == 2000)
        let even = try self.sampler(.weighted(upsample: 1)).order(epoch: 0)
        #expect(even.count { labels[$0] } < 80 && Set(even).count < 1400)
    }

    @Test("A share of the draws has cancer, whatever images weigh; batches are filled up beside it")
    func share() throws {
        let weights = (0..<2000).map { $0 % 4 == 1 ? 3.0 : 1 }
        for (share, weights) in [(1 / 7.0, nil), (0.5, weights), (1 / 7.0, weights)] {
            func sampler(_ least: Int) throws -> Sampler {
                try Sampler(
                    labels: labels, weights: weights, method: .positives(fraction: share), batchSize: 8,
                    minPositives: least, random: random)
            }
            let plain = try sampler(0)
            #expect(abs(plain.positiveShare - share) < 1e-12)
            let order = (0..<50).flatMap(plain.order)
            // A hundred thousand draws: six standard deviations.
            let most = 6 * (share * (1 - share) / 1e5).squareRoot()
            #expect(abs(Double(order.count { labels[$0] }) / 1e5 - share) < most)
            let filled = try sampler(1)
            #expect(filled.batches(epoch: 0).allSatisfy { $0.contains { labels[$0] } })
            #expect(abs(SamplerSummary(plain).expectedPositives - share * 2000) < 1e-6)
        }
        for labels in [[true, true], [false, false]] {
            #expect(throws: DataError.self) {
                try Sampler(labels: labels, method: .positives(fraction: 0.5), batchSize: 1, random: random)
            }
        }
        #expect(PositiveFraction("1/7")?.value == 1 / 7.0 && PositiveFraction("0.25")?.value == 0.25)
        for bad in ["0", "1", "7/1", "1/0", "-1/7", "1/7/2", "x", "", "0/5", "nan"] {
            #expect(PositiveFraction(bad) == nil, "\(bad)")
        }
    }

    @Test("Weights of images multiply that of cancer, in all draws and in those that fill up a batch")
    func weights() throws {
        // Every fourth image is of a set that counts three times.
        let weights = (0..<2000).map { $0 % 4 == 1 ? 3.0 : 1 }
        func sampler(_ least: Int) throws -> Sampler {
            try Sampler(
                labels: labels, weights: weights, method: .weighted(upsample: 10), batchSize: 26, minPositives: least,
                random: random)
        }
        func shares(_ sampler: Sampler) -> (all: Double, positives: Double, positive: Double) {
            let order = (0..<300).flatMap(sampler.order)
            let positives = order.filter { labels[$0] }
            func share(_ images: [Int]) -> Double {
                Double(images.count { weights[$0] == 3 }) / Double(images.count)
            }
            return (share(order), share(positives), Double(positives.count) / Double(order.count))
        }
        let plain = shares(try sampler(0))
        // Of the 40 positives none is 1 modulo 4 but those at 57, 157, …: 20 of them.
        let heavy = Double(labels.indices.count { labels[$0] && weights[$0] == 3 })
        let (positive, all) = (10 * (3 * heavy + 40 - heavy), 3 * (500 - heavy) + 1460 + heavy)
        #expect(abs(plain.positives - 3 * heavy / (3 * heavy + 40 - heavy)) < 0.01)
        #expect(abs(plain.positive - positive / (positive + all)) < 0.01)
        #expect(abs(plain.all - (3 * (500 - heavy) + 30 * heavy) / (positive + all)) < 0.01)
        #expect(try abs(sampler(0).positiveShare - positive / (positive + all)) < 1e-12)
        let filled = shares(try sampler(20))
        #expect(abs(filled.positives - plain.positives) < 0.01 && filled.positive > 0.75)
        // Weights that are all alike change what is drawn, and not how often.
        #expect(try sampler(0).order(epoch: 3) == sampler(0).order(epoch: 3))
        let alike = try Sampler(
            labels: labels, weights: labels.map { _ in 2 }, method: .weighted(upsample: 10), batchSize: 26,
            random: random)
        #expect(try abs(alike.positiveShare - self.sampler(.weighted(upsample: 10)).positiveShare) < 1e-12)
    }

    @Test("Weights of data sets as a text; sets that no image is of are named")
    func datasets() throws {
        let weights = try #require(DatasetWeights("dataset=a:2,b c:0.5"))
        #expect(weights.description == "dataset=a:2.0,b c:0.5" && DatasetWeights(weights.description) == weights)
        #expect(DatasetWeights("none")?.description == "none" && DatasetWeights("")?.factors.isEmpty == true)
        for text in ["a:2", "dataset=a", "dataset=a:0", "dataset=a:x", "dataset=a:1,a:2", "dataset=", "dataset=:2"] {
            #expect(DatasetWeights(text) == nil, "\(text)")
        }
        let text = "patient_id,image_id,dataset,path\n1,1,a,x\n1,2,,\n1,3,b c,z\n1,4,d,v\n"
        let rows = try ImageTable(DelimitedText(Array(text.utf8), path: "t"), need: .images).rows
        #expect(try weights.weights(of: rows) == [2, 1, 0.5, 1])
        #expect(try DatasetWeights().weights(of: rows) == nil)
        let error = #expect(throws: DataError.self) { try DatasetWeights("dataset=e:2")?.weights(of: rows) }
        #expect(try #require(error).description.hasSuffix("of data set 'e', which is weighted; they are a, b c, d"))
    }

    @Test("Every batch has its least number of positives, the rest as it was", arguments: [1, 3])
    func minPositives(_ least: Int) throws {
        for method in [Sampler.Method.weighted(upsample: 2), .shuffled, .sequential] {
            let plain = try sampler(method, batchSize: 7).batches(epoch: 1)
            let sampler = try sampler(method, batchSize: 7, minPositives: least)
            let batches = sampler.batches(epoch: 1)
            #expect(batches == sampler.batches(epoch: 1) && batches.map(\.count) == plain.map(\.count))
            for (batch, before) in zip(batches, plain) {
                let positives = before.count { labels[$0] }
                #expect(batch.count { labels[$0] } == max(positives, min(least, batch.count)))
                let changed = zip(batch, before).filter { $0 != $1 }
                #expect(changed.count == max(0, least - positives) && changed.allSatisfy { labels[$0] && !labels[$1] })
            }
        }
        // A last batch with fewer images than that has positives only.
        let few = try Sampler(
            labels: [true, false, false, false], method: .sequential, batchSize: 3, minPositives: 2, random: random)
        #expect(few.batches(epoch: 0).map(\.count) == [3, 1] && few.batches(epoch: 0)[1] == [0])
    }

    @Test("The summary's expectations are the means of many epochs")
    func summary() throws {
        for (method, least) in [
            (Sampler.Method.weighted(upsample: 10), 0), (.weighted(upsample: 2), 2), (.shuffled, 1),
        ] {
            let sampler = try sampler(method, minPositives: least)
            let epochs = (0..<300).map { SamplerSummary(sampler, epoch: $0) }
            let mean = Double(epochs.reduce(0) { $0 + $1.positives }) / 300
            #expect(abs(mean - epochs[0].expectedPositives) < 0.02 * mean, "\(method) \(mean) \(epochs[0])")
            #expect(abs(epochs[0].expectedPositivesPerBatch * 2000 / 26 - mean) < 0.03 * mean)
            #expect(epochs.allSatisfy { $0.positivesPerBatch.least >= least && (least == 0 || $0.batchesWithout == 0) })
        }
        let summary = SamplerSummary(try sampler(.sequential, batchSize: 100))
        #expect(summary.positives == 40 && summary.expectedPositives == 40 && summary.expectedPositivesPerBatch == 2)
        #expect(
            summary.positivesPerBatch
                == SamplerSummary(try sampler(.sequential, batchSize: 50)).positivesPerBatch.doubled)
        #expect((summary.images, summary.steps) == (2000, 20) && summary.differentImages == 2000)
        #expect(summary.differentPositives == 40 && summary.batchesWithout == 0)
    }

    @Test("What cannot be is refused")
    func refused() {
        func isRefused(
            _ labels: [Bool], _ method: Sampler.Method = .shuffled, batchSize: Int = 2, dropLast: Bool = false,
            least: Int = 0
        ) -> Bool {
            do {
                _ = try Sampler(
                    labels: labels, method: method, batchSize: batchSize, dropLast: dropLast, minPositives: least,
                    random: random)
                return false
            } catch { return true }
        }
        #expect(!isRefused([true, false]))
        #expect(isRefused([]) && isRefused([true], batchSize: 0) && isRefused([true], dropLast: true))
        #expect(
            isRefused([true, true], least: 3) && isRefused([false, false], least: 1) && isRefused([true], least: -1))
        #expect(isRefused([true], .weighted(upsample: 0)) && isRefused([true], .weighted(upsample: .nan)))
    }
}

extension SamplerSummary.Spread {
    /// Twice as many.
    fileprivate var doubled: SamplerSummary.Spread {
        SamplerSummary.Spread(least: 2 * least, mean: 2 * mean, most: 2 * most)
    }
}

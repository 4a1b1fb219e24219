import MammoData
import TestSupport
import Testing

@Suite("Shares of batches")
struct BatchShareTests {
    @Test("All shares in order are the batch, and differ by one image at most")
    func whole() {
        for processes in 1...9 {
            for count in 0...20 {
                let ranges = (0..<processes).map { BatchShare(rank: $0, processes: processes).range(of: count) }
                #expect(ranges.flatMap(Array.init) == Array(0..<count))
                #expect((ranges.map(\.count).max() ?? 0) - (ranges.map(\.count).min() ?? 0) <= 1)
            }
        }
    }

    @Test("Each process loads its images and no others, the same as one that loads them all", arguments: [2, 3, 7])
    func loaded(_ processes: Int) throws {
        let images = try TrainingImages()
        let random = RunRandom(seed: 5)
        let batches = try Sampler(
            labels: images.table.rows.map { $0.cancer == true }, method: .weighted(upsample: 10), batchSize: 6,
            minPositives: 1, random: random
        ).batches(epoch: 1)
        func take(_ share: BatchShare, _ list: String, from first: Int) throws -> [TrainingBatch] {
            let loader = TrainingLoader(
                rows: images.table.rows, source: try images.source(), size: (24, 12),
                augmentation: try Augmentation(parsing: list), random: random, share: share, workers: 2, ahead: 3)
            var taken: [TrainingBatch] = []
            try loader.run(batches, epoch: 1, from: first) { batch in
                taken.append(batch)
                return true
            }
            return taken
        }
        for (list, first) in [("hflip,rotate=15,mixup=0.2", 0), ("rotate=15", 3)] {
            let whole = try take(.whole, list, from: first)
            let shares = try (0..<processes).map {
                try take(BatchShare(rank: $0, processes: processes), list, from: first)
            }
            for (place, batch) in whole.enumerated() {
                let parts = shares.map { $0[place] }
                #expect(parts.flatMap { $0.images.prefix($0.range.count) } == batch.images)
                #expect(parts.flatMap { $0.labels.prefix($0.range.count) } == batch.labels)
                #expect(parts.flatMap { $0.rows.prefix($0.range.count) } == batch.rows)
                for part in parts {
                    #expect(part.step == batch.step && part.count == batch.count && part.mixup == batch.mixup)
                    #expect(part.images.count - part.range.count == (part.mixup != nil && !part.range.isEmpty ? 1 : 0))
                    for (own, number) in part.range.enumerated() where part.mixup != nil {
                        #expect(part.images[part.partner(of: own)] == batch.images[batch.partner(of: number)])
                    }
                }
            }
        }
    }
}

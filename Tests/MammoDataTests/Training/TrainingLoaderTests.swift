import MammoData
import MammoImage
import Synchronization
import TestSupport
import Testing

@Suite("Loading for training")
struct TrainingLoaderTests {
    private let random = RunRandom(seed: 5)
    private let list = "hflip,rotate=15,shift=0.1,brightness=0.2,contrast=0.2,cutout,mixup=0.2"

    private func loader(
        _ images: TrainingImages, _ augmentation: String = "none", workers: Int = 2, ahead: Int = 5,
        cached: Bool = false
    ) throws -> TrainingLoader {
        let source = try images.source()
        return TrainingLoader(
            rows: images.table.rows, source: cached ? ImageCache(source) : source, size: (24, 12),
            augmentation: try Augmentation(parsing: augmentation), random: random, workers: workers, ahead: ahead)
    }

    private func batches(_ images: TrainingImages, epoch: Int) throws -> [[Int]] {
        try Sampler(
            labels: images.table.rows.map { $0.cancer == true }, method: .weighted(upsample: 10), batchSize: 6,
            minPositives: 1, random: random
        ).batches(epoch: epoch)
    }

    private func take(_ loader: TrainingLoader, _ batches: [[Int]], epoch: Int, from: Int = 0) throws -> [TrainingBatch]
    {
        var taken: [TrainingBatch] = []
        try loader.run(batches, epoch: epoch, from: from) { batch in
            taken.append(batch)
            return true
        }
        return taken
    }

    @Test("Plain batches are the files' pixels, in order, the last as small as it comes")
    func plain() throws {
        let images = try TrainingImages()
        let loader = try loader(images)
        let taken = try take(loader, loader.plainBatches(of: 7), epoch: 0)
        #expect(taken.map(\.step) == Array(0..<6) && taken.map(\.images.count) == [7, 7, 7, 7, 7, 5])
        #expect(taken.flatMap(\.rows) == images.table.rows && taken.allSatisfy { $0.mixup == nil })
        #expect(taken.flatMap(\.labels) == images.table.rows.map { $0.cancer == true ? 1 : 0 })
        let source = try images.source()
        for (image, row) in zip(taken.flatMap(\.images), images.table.rows) {
            #expect(try image == source.image(of: row))
        }
    }

    @Test("The same images whatever the number of threads, with a cache or without")
    func threads() throws {
        let images = try TrainingImages()
        let batches = try batches(images, epoch: 2)
        let one = try take(loader(images, list, workers: 1, ahead: 1), batches, epoch: 2)
        #expect(one.map(\.images.count) == [6, 6, 6, 6, 6, 6, 4])
        #expect(one.flatMap(\.rows) == batches.joined().map { images.table.rows[$0] })
        #expect(one.allSatisfy { $0.mixup != nil } && Set(one.map(\.mixup)).count == 7)
        for (workers, ahead, cached) in [(2, 4, false), (5, 30, true), (3, 3, true)] {
            let loader = try loader(images, list, workers: workers, ahead: ahead, cached: cached)
            for _ in 0..<2 { #expect(try same(take(loader, batches, epoch: 2), one)) }
        }
        #expect(try !same(take(loader(images, list), batches, epoch: 3), one))
    }

    @Test("A run taken up at a step goes on as one that was never left", arguments: [1, 4, 6, 7])
    func resume(_ step: Int) throws {
        let images = try TrainingImages()
        let batches = try batches(images, epoch: 1)
        let whole = try take(loader(images, list), batches, epoch: 1)
        #expect(try same(take(loader(images, list), batches, epoch: 1, from: step), Array(whole.dropFirst(step))))
    }

    private func same(_ one: [TrainingBatch], _ other: [TrainingBatch]) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy {
                $0.step == $1.step && $0.images == $1.images && $0.labels == $1.labels && $0.rows == $1.rows
                    && $0.mixup == $1.mixup
            }
    }

    @Test("A file that cannot be read, or has another size, is named when its batch is due")
    func failures() throws {
        let images = try TrainingImages()
        let row = images.table.rows[15]
        let path = "\(images.folder.path)/\(row.outputName)"
        func says() throws -> (steps: Int, error: String?) {
            var steps = 0
            let loader = try loader(images, workers: 3, ahead: 9)
            let error = refusal {
                try loader.run(loader.plainBatches(of: 4), epoch: 0) { _ in
                    steps += 1
                    return true
                }
            }
            return (steps, error)
        }
        try images.write(.black(rows: 12, columns: 24), row)
        #expect(try says() == (3, "\(path): cannot be read: 12x24 pixels, expected 24x12 as the others"))
        try Files.write([1, 2, 3], to: path)
        #expect(try says().steps == 3)
        #expect(try says().error?.hasPrefix("\(path): cannot be read: not a usable PNG") == true)
    }

    @Test("Taking may end at any batch, by its answer or an error")
    func stops() throws {
        struct Stop: Error {}
        let images = try TrainingImages()
        let loader = try loader(images, list, workers: 3, ahead: 8)
        for last in 0..<6 {
            var steps = 0
            try loader.run(loader.plainBatches(of: 6), epoch: 0) { batch in
                steps += 1
                return batch.step < last
            }
            #expect(steps == last + 1)
            #expect(throws: Stop.self) {
                try loader.run(loader.plainBatches(of: 6), epoch: 0) {
                    if $0.step == last { throw Stop() } else { true }
                }
            }
        }
    }

    @Test("A cache asks its source once for each image")
    func cache() throws {
        let images = try TrainingImages(10)
        let counting = CountingSource(try images.source())
        let cache = ImageCache(counting)
        for _ in 0..<3 { for row in images.table.rows { #expect(try cache.image(of: row).rows == 24) } }
        #expect(counting.count.load(ordering: .relaxed) == 10)
        #expect(ImageCache.bytes(images: 100, rows: 2048, columns: 1024) == 100 << 21)
    }

    @Test("Images are mixed with those before them, as torch's roll(1)")
    func partners() throws {
        let images = try TrainingImages(6)
        let loader = try loader(images, "mixup=0.5")
        let batch = try #require(try take(loader, loader.plainBatches(of: 3), epoch: 0).first)
        #expect((0..<3).map(batch.partner) == [2, 0, 1])
    }
}

/// Counts how often it is asked.
private final class CountingSource: GraySource {
    let source: any GraySource
    let count = Atomic(0)

    init(_ source: any GraySource) { self.source = source }

    func path(of row: ImageTable.Row) -> String { source.path(of: row) }

    func image(of row: ImageTable.Row) throws -> PreprocessedImage {
        count.wrappingAdd(1, ordering: .relaxed)
        return try source.image(of: row)
    }
}

import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Draws of augmentations")
struct AugmentationDrawTests {
    private let random = RunRandom(seed: 3)

    /// What many images go through.
    private func draws(_ list: String, rows: Int = 640, columns: Int = 320, count: Int = 2000) throws
        -> [[PixelOperation]]
    {
        let augmentation = try Augmentation(parsing: list)
        return (0..<count).map {
            augmentation.draw(rows: rows, columns: columns, random.augmentation(epoch: 0, position: $0))
        }
    }

    @Test("Flips come at their chance")
    func flips() throws {
        let flips = try draws("hflip,vflip=0.1")
        #expect((900...1100).contains(flips.count { $0.contains(.horizontalFlip) }))
        #expect((150...250).contains(flips.count { $0.contains(.verticalFlip) }))
        #expect(try draws("hflip=0,vflip=1").allSatisfy { $0 == [.verticalFlip] })
    }

    @Test("An affine map's numbers lie in their ranges and reach towards both ends")
    func affine() throws {
        var (angles, rights, downs, scales) = ([Double](), [Int](), [Int](), [Double]())
        for operations in try draws("shift=0.1,rotate=15,scale=0.8:1.3") {
            guard case .affine(let angle, let right, let down, let scale) = operations[0], operations.count == 1 else {
                Issue.record("\(operations)")
                continue
            }
            (angles, rights, downs, scales) = (angles + [angle], rights + [right], downs + [down], scales + [scale])
        }
        func reach<Number: Comparable>(_ numbers: [Number]) -> [Number?] { [numbers.min(), numbers.max()] }
        #expect(reach(rights) == [-32, 32] && reach(downs) == [-64, 64])
        #expect(angles.allSatisfy { (-15...15).contains($0) } && angles.min() ?? 0 < -14.8 && angles.max() ?? 0 > 14.8)
        #expect(scales.allSatisfy { (0.8...1.3).contains($0) } && abs(scales.reduce(0, +) / 2000 - 1.05) < 0.01)
    }

    @Test("Crops have their share of the area and their ratio; where none fits, the widest in the middle")
    func crops() throws {
        for operations in try draws("resized-crop=0.3:0.6:0.4:0.6") {
            guard case .resizedCrop(let box) = operations.first else { continue }
            let area = Double(box.height * box.width) / (640 * 320)
            #expect(box.top >= 0 && box.left >= 0 && box.top + box.height <= 640 && box.left + box.width <= 320)
            #expect((0.295...0.605).contains(area) && (0.395...0.605).contains(Double(box.width) / Double(box.height)))
        }
        // No half of a 1:2 image and more is as wide as 3:4 of its height.
        let whole = try draws("resized-crop=0.99:1", count: 5)
        #expect(whole.allSatisfy { $0 == [.resizedCrop(PixelBox(top: 106, left: 0, height: 427, width: 320))] })
        let wide = try draws("resized-crop=0.99:1", rows: 100, columns: 200, count: 1)
        #expect(wide == [[.resizedCrop(PixelBox(top: 0, left: 33, height: 100, width: 133))]])
    }

    @Test("Cutouts come at their chance, within the image")
    func cutouts() throws {
        let boxes = try draws("cutout").flatMap { $0 }
        #expect((900...1100).contains(boxes.count))
        for case .erase(let box) in boxes {
            #expect(box.top >= 0 && box.left >= 0 && box.top + box.height <= 640 && box.left + box.width <= 320)
            #expect((0.019...0.335).contains(Double(box.height * box.width) / (640 * 320)))
        }
    }

    @Test("Holes are as many and as large as albumentations cuts them, each anywhere within the image")
    func holes() throws {
        let images = try draws("coarse-dropout=1:6:0.05:0.15:0.1:0.25:0.8")
        let cut = images.filter { !$0.isEmpty }
        #expect((1530...1670).contains(cut.count) && Set(cut.map(\.count)) == [1, 2, 3, 4, 5, 6])
        for count in 1...6 { #expect((190...350).contains(cut.count { $0.count == count })) }
        let boxes = cut.flatMap { $0 }.compactMap { if case .erase(let box) = $0 { box } else { nil } }
        #expect(boxes.count == cut.map(\.count).reduce(0, +))
        func reach(_ numbers: [Int]) -> [Int?] { [numbers.min(), numbers.max()] }
        // int(640 * [0.05, 0.15]), int(320 * [0.1, 0.25]); the place is drawn to the last that fits.
        #expect(reach(boxes.map(\.height)) == [32, 95] && reach(boxes.map(\.width)) == [32, 79])
        #expect(boxes.map(\.top).min() == 0 && boxes.map { $0.top + $0.height }.max() == 640)
        #expect(boxes.map(\.left).min() == 0 && boxes.map { $0.left + $0.width }.max() == 320)
        // Shares that are no pixel.
        #expect(try draws("coarse-dropout=3:3:0:0.001:0:0.001:1").allSatisfy(\.isEmpty))
    }

    @Test("Distortions, downscaling, tone curves: at their chance, with numbers of albumentations' distributions")
    func distortions() throws {
        var (noise, steps, factors, curves) = (Set<UInt64>(), [Double](), [Double](), [(low: Double, high: Double)]())
        let list = "elastic=50:5:0.2,grid-distortion,downscale=0.3:0.9,tone-curve=0.2:0.75"
        for operation in try draws(list).flatMap({ $0 }) {
            switch operation {
            case .elastic(50, 5, let seed): noise.insert(seed)
            case .gridDistortion(let across, let down):
                #expect(across.count == 6 && down.count == 6 && across != down)
                steps += across + down
            case .downscale(let factor): factors.append(factor)
            case .toneCurve(let low, let high): curves.append((low, high))
            default: Issue.record("\(operation)")
            }
        }
        #expect((330...470).contains(noise.count) && (900...1100).contains(factors.count))
        #expect((900 * 12...1100 * 12).contains(steps.count) && (1430...1570).contains(curves.count))
        #expect(steps.allSatisfy { (0.7...1.3).contains($0) } && steps.min()! < 0.701 && steps.max()! > 1.299)
        #expect(factors.allSatisfy { (0.3...0.9).contains($0) } && factors.min()! < 0.31 && factors.max()! > 0.89)
        // Normal about 1/4 and 3/4, held to 0...1: a tenth is more than 1.25 deviations away.
        let lows = curves.map(\.low)
        #expect((0.07...0.145).contains(Double(lows.count { $0 == 0 }) / Double(lows.count)))
        #expect((0.07...0.145).contains(Double(curves.count { $0.high == 1 }) / Double(lows.count)))
        #expect((0.45...0.55).contains(Double(lows.count { $0 < 0.25 }) / Double(lows.count)))
        #expect((0.64...0.72).contains(Double(lows.count { abs($0 - 0.25) < 0.2 }) / Double(lows.count)))
    }

    @Test("Numbers of the normal distribution")
    func normal() {
        var random = SplitMix64(seed: 5)
        let numbers = (0..<20_000).map { _ in random.nextNormal() }
        let mean = numbers.reduce(0, +) / 20_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04 && numbers.allSatisfy(\.isFinite))
        for (limit, share) in [(-1.0, 0.1587), (0, 0.5), (2, 0.9772)] {
            #expect(abs(Double(numbers.count { $0 < limit }) / 20_000 - share) < 0.015)
        }
        let floats = (0..<20_000).map { _ in random.nextSignedFloat() }
        #expect(floats.allSatisfy { (-1..<1).contains($0) } && floats.min()! < -0.999 && floats.max()! > 0.999)
    }

    @Test("Brightness and contrast come in either order")
    func jitter() throws {
        let operations = try draws("brightness=0.2,contrast=0.1")
        let brightFirst = operations.count { if case .brightness = $0[0] { true } else { false } }
        #expect(operations.allSatisfy { $0.count == 2 } && (900...1100).contains(brightFirst))
    }

    @Test("torchvision's strengths", arguments: ["TrivialAugmentWide", "RandAugment"])
    func magnitudes(_ name: String) throws {
        let policy: AutomaticPolicy =
            name == "RandAugment" ? .randAugment(operations: 2, magnitude: 9) : .trivialAugmentWide
        let rows = try Fixtures.table("augment/magnitudes.csv").filter { $0["policy"] == name }
        #expect(rows.map { $0["operation"] } == AutomaticPolicy.Operation.allCases.map(\.rawValue))
        for row in rows {
            let operation = try #require(AutomaticPolicy.Operation(rawValue: row["operation"] ?? ""))
            let golden = (row["magnitudes"] ?? "").split(separator: " ").compactMap { Double($0) }
            let own = policy.magnitudes(of: operation, rows: 640, columns: 320) ?? []
            // The last bit of torch.linspace depends on how many numbers the CPU's vectors hold.
            #expect(own.count == golden.count && zip(own, golden).allSatisfy { abs(Double($0) - $1) <= 2e-7 * $1 })
            #expect(operation.isSigned == (row["signed"] == "1"))
        }
    }

    @Test("Automatic augmentations draw every operation, as many as asked for")
    func automatic() throws {
        let trivial = try draws("trivial-augment")
        #expect(
            trivial.allSatisfy { $0.count <= 1 }
                && Set(trivial.flatMap { $0 }.map { $0.lines[0].prefix(5) }).count == 10)
        // Two of fourteen operations do nothing.
        #expect((200...370).contains(trivial.count { $0.isEmpty }))
        let random = try draws("rand-augment=3:9")
        #expect(random.map(\.count).max() == 3)
        let angles = Set(random.flatMap { $0 }.compactMap { if case .rotate(let angle) = $0 { angle } else { nil } })
        #expect(angles == [9, -9])
    }

    @Test(
        "Shares of mixing: of Beta(alpha, alpha)",
        arguments: [(0.01, 0.2451), (0.2, 0.1786), (1.0, 1.0 / 12), (3.0, 1.0 / 28)])
    func mixing(_ alpha: Double, _ variance: Double) throws {
        let augmentation = try Augmentation(parsing: "mixup=\(alpha)")
        let shares = (0..<20_000).compactMap { step in
            augmentation.mixingShare(random.mixing(epoch: 1, step: step)).map(Double.init)
        }
        let mean = shares.reduce(0, +) / 20_000
        let spread = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(shares.count == 20_000 && shares.allSatisfy { (0...1).contains($0) })
        #expect(abs(mean - 0.5) < 0.012 && abs(spread / variance - 1) < 0.03, "\(mean) \(spread)")
        #expect(Augmentation.none.mixingShare(random.mixing(epoch: 1, step: 0)) == nil)
    }

    @Test("Epochs, places and seeds draw differently; the same place the same")
    func places() throws {
        let augmentation = try Augmentation(parsing: "rotate=15")
        func draw(_ seed: UInt64, _ epoch: Int, _ position: Int) -> [PixelOperation] {
            let place = RunRandom(seed: seed).augmentation(epoch: epoch, position: position)
            return augmentation.draw(rows: 64, columns: 32, place)
        }
        #expect(draw(1, 2, 3) == draw(1, 2, 3))
        let others = [draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4), draw(1, 3, 2), draw(3, 2, 1)]
        for (i, one) in others.enumerated() { #expect(!others[(i + 1)...].contains(one)) }
    }

    @Test("Images keep their size, whatever happens to them, down to one pixel")
    func sizes() throws {
        let list =
            "hflip,vflip,shift=1,scale=0.1:5,rotate=180,resized-crop,brightness=2,contrast=2,cutout=1,rand-augment=4:30,"
            + "coarse-dropout=1:3:0:1:0:1:1,elastic=50:5:1,grid-distortion=5:0.9:1,downscale=0.05:0.9:1,tone-curve=1:1"
        let augmentation = try Augmentation(parsing: list)
        for (rows, columns) in [(1, 1), (1, 9), (9, 1), (2, 3), (33, 17)] {
            let image = GrayImage(rows: rows, columns: columns, pixels: (0..<rows * columns).map { UInt8($0 % 251) })
            for position in 0..<100 {
                let made = augmentation.apply(to: image, random.augmentation(epoch: 0, position: position))
                #expect((made.rows, made.columns) == (rows, columns))
            }
        }
    }
}

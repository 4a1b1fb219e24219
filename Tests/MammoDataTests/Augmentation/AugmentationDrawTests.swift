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
            "hflip,vflip,shift=1,scale=0.1:5,rotate=180,resized-crop,brightness=2,contrast=2,cutout=1,rand-augment=4:30"
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

import MammoData
import MammoImage
import Testing

@Suite("Lists of augmentations")
struct AugmentationListTests {
    @Test(
        "Each is written as it is read",
        arguments: [
            "none", "hflip", "vflip=0.25", "shift=0.1", "scale=0.9:1.1", "rotate=15", "rotate=-5:10", "resized-crop",
            "resized-crop=0.5:1", "resized-crop=0.5:1:0.4:0.6", "brightness=0.2", "contrast=0.5:2", "cutout=1", "mixup",
            "mixup=0.2", "trivial-augment", "rand-augment=3:30",
            "elastic", "elastic=50:5", "elastic=40.5:0:0.2", "grid-distortion", "grid-distortion=5:0.3:1", "downscale",
            "downscale=0.75:0.95:0.125", "tone-curve", "tone-curve=0.3", "tone-curve=0.3:0.25",
            "coarse-dropout=1:6:0.05:0.15:0.1:0.25", "coarse-dropout=2:2:0.1:0.1:0.1:0.1:1",
            "hflip,vflip,shift=0.1,scale=0.9:1.1,rotate=15,resized-crop=0.5:1,brightness=0.2,contrast=0.2,cutout,mixup=0.2",
        ])
    func roundTrip(_ text: String) throws {
        let augmentation = try Augmentation(parsing: text)
        #expect(augmentation.description == text)
        #expect(try Augmentation(parsing: " \(text.split(separator: ",").joined(separator: " , ")) ") == augmentation)
    }

    @Test("Every example can be read")
    func examples() throws {
        for kind in AugmentationKind.allCases {
            #expect(try Augmentation(parsing: kind.example).items.map(\.kind) == [kind])
        }
        #expect(try Augmentation(parsing: "") == .none && Augmentation.none.keepsImages)
        #expect(try Augmentation(parsing: "mixup").keepsImages && Augmentation(parsing: "mixup").mixup == 1)
    }

    @Test(
        "What cannot be says what can",
        arguments: [
            ("hfilp", "'hfilp' is not an augmentation, expected hflip, vflip, shift=0.1, "),
            ("rotation", "'rotation' is not an augmentation, expected hflip, "),
            ("blur=3", "'blur' is not an augmentation, expected hflip, "), ("hflip,", "'' is not an augmentation, "),
            ("hflip,none", "'none' is not an augmentation, "),
            (
                "shift",
                "shift without a value is not valid; expected a form such as shift=0.1: the largest shift as a share "
                    + "of each side"
            ),
            ("shift=2", "'shift=2' is not valid; expected a form such as shift=0.1"),
            ("shift=0.1:0.2", "'shift=0.1:0.2' is not valid"),
            ("scale=1.1:0.9", "'scale=1.1:0.9' is not valid"), ("scale=0:1", "'scale=0:1' is not valid"),
            ("rotate=fifteen", "'rotate=fifteen' is not valid"), ("rotate=nan", "'rotate=nan' is not valid"),
            ("rotate=", "'rotate=' is not valid"), ("resized-crop=0:1", "'resized-crop=0:1' is not valid"),
            ("resized-crop=0.5", "'resized-crop=0.5' is not valid"), ("brightness=-1", "'brightness=-1' is not valid"),
            ("mixup=0", "'mixup=0' is not valid"), ("rand-augment=2:31", "'rand-augment=2:31' is not valid"),
            ("rand-augment=1.5:3", "'rand-augment=1.5:3' is not valid"),
            (
                "trivial-augment=1",
                "'trivial-augment=1' is not valid; expected a form such as trivial-augment: no value"
            ),
            ("elastic=50", "'elastic=50' is not valid; expected a form such as elastic=50:5: alpha:sigma"),
            ("elastic=50:-1", "'elastic=50:-1' is not valid"), ("elastic=50:5:2", "'elastic=50:5:2' is not valid"),
            ("grid-distortion=5.5:0.3", "'grid-distortion=5.5:0.3' is not valid"),
            ("grid-distortion=5:1", "'grid-distortion=5:1' is not valid"),
            ("downscale=0.5:0.25", "'downscale=0.5:0.25' is not valid"),
            ("downscale=0.5:1", "'downscale=0.5:1' is not valid"),
            ("tone-curve=2", "'tone-curve=2' is not valid"), ("tone-curve=0.1:2", "'tone-curve=0.1:2' is not valid"),
            (
                "coarse-dropout",
                "coarse-dropout without a value is not valid; expected a form such as coarse-dropout=1:6:0.05:"
            ),
            ("coarse-dropout=0:6:0.1:0.2:0.1:0.2", "'coarse-dropout=0:6:0.1:0.2:0.1:0.2' is not valid"),
            ("coarse-dropout=1:6:0.1:0.2:0.1:1.2", "'coarse-dropout=1:6:0.1:0.2:0.1:1.2' is not valid"),
            ("hflip,vflip,hflip=0.1", "hflip occurs twice in 'hflip,vflip,hflip=0.1'"),
        ])
    func refused(_ text: String, _ says: String) {
        do {
            _ = try Augmentation(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.hasPrefix(says), "\(error)")
        }
    }

    @Test("The name that was probably meant ends the message", arguments: [("hfilp", "hflip"), ("rotation", "rotate")])
    func meant(_ text: String, _ name: String) {
        let error = #expect(throws: DataError.self) { _ = try Augmentation(parsing: text) }
        #expect(error?.description.hasSuffix(", rand-augment=2:9; did you mean \(name)?") == true)
    }

    @Test("The list's order; shift, scale and rotate are one map, brightness and contrast one jitter")
    func steps() throws {
        let list = "cutout,rotate=10,contrast=0.2,mixup,shift=0.1,hflip,brightness=2,scale=0.5:2,resized-crop"
        #expect(
            try Augmentation(parsing: list).steps == [
                .erasing(chance: 0.5, BoxDraw(area: 0.02...0.33, ratio: 0.3...3.3)),
                .affine(degrees: -10...10, shift: 0.1, scale: 0.5...2),
                .jitter(brightness: 0...3, contrast: 0.8...1.2), .horizontalFlip(chance: 0.5),
                .resizedCrop(BoxDraw(area: 0.08...1, ratio: 0.75...4.0 / 3)),
            ])
        #expect(
            try Augmentation(
                parsing: "coarse-dropout=1:6:0.05:0.15:0.1:0.25,elastic=40:2:1,grid-distortion,downscale,"
                    + "tone-curve=0.3:0.2"
            ).steps == [
                .coarseDropout(chance: 0.5, holes: 1...6, height: 0.05...0.15, width: 0.1...0.25),
                .elastic(chance: 1, alpha: 40, sigma: 2), .gridDistortion(chance: 0.5, steps: 5, limit: 0.3),
                .downscale(chance: 0.5, factor: 0.25...0.5), .toneCurve(chance: 0.2, deviation: 0.3),
            ])
        #expect(
            try Augmentation(parsing: "trivial-augment,rand-augment").steps == [
                .automatic(.trivialAugmentWide), .automatic(.randAugment(operations: 2, magnitude: 9)),
            ])
    }
}

import MammoCompute
import MammoNet
import TestSupport
import Testing

/// Losses and slopes of single logits.
@Suite struct BinaryLossTests {
    static let losses = [
        BinaryLoss(), BinaryLoss(positiveWeight: 20), BinaryLoss(positiveWeight: 3, softPositive: 0.9),
        BinaryLoss(positiveWeight: 20, smoothing: 0.1), BinaryLoss(focal: .init()),
        BinaryLoss(focal: .init(gamma: 0, alpha: nil)), BinaryLoss(focal: .init(gamma: 0.5, alpha: nil)),
        BinaryLoss(smoothing: 0.2, focal: .init(gamma: 3, alpha: 0.7)),
        BinaryLoss(softPositive: 0.8, focal: .init(gamma: 1, alpha: 0.25)),
    ]

    @Test(arguments: losses) func slopesAreCentralDifferences(_ loss: BinaryLoss) {
        for logit in [-30, -7.5, -1, -0.1, 0, 0.3, 2, 6, 25] {
            for label in [0, 0.3, 1] {
                let step = 1e-5
                let ahead = loss.value(logit: logit + step, label: label)
                let slope = (ahead - loss.value(logit: logit - step, label: label)) / (2 * step)
                let found = loss.slope(logit: logit, label: label)
                #expect(
                    abs(found - slope) < 1e-8 * max(1, abs(logit)) * max(1, loss.positiveWeight), "\(logit), \(label)")
            }
        }
    }

    /// A label y becomes y (1 - e) + e / 2, of both classes; the weight is that of the softened label.
    @Test func smoothing() {
        let (smooth, plain) = (
            BinaryLoss(positiveWeight: 20, smoothing: 0.1), BinaryLoss(positiveWeight: 20)
        )
        for logit in [-3.0, 0.2, 4] {
            for (label, target) in [(0.0, 0.05), (1, 0.95), (0.5, 0.5)] {
                #expect(
                    abs(smooth.value(logit: logit, label: label) - plain.value(logit: logit, label: target)) < 1e-12)
                #expect(
                    abs(smooth.slope(logit: logit, label: label) - plain.slope(logit: logit, label: target)) < 1e-12)
            }
        }
        #expect(smooth.ofHardLabels == plain)
    }

    /// By torchvision 0.29's sigmoid_focal_loss in double precision.
    @Test(arguments: [
        (logit: -2.0, label: 1.0, gamma: 2.0, alpha: Double?(0.25), value: 0.41251954485535225),
        (0.7, 0, 2, 0.25, 0.3694086597123815), (0.7, 1, 1.5, nil, 0.07706267423290347),
        (3, 0.3, 2, 0.6, 0.4583981833185797),
    ])
    func focalValues(_ test: (logit: Double, label: Double, gamma: Double, alpha: Double?, value: Double)) {
        let loss = BinaryLoss(focal: .init(gamma: test.gamma, alpha: test.alpha))
        #expect(abs(loss.value(logit: test.logit, label: test.label) - test.value) < 1e-12)
    }

    /// An emulated card has this processor's functions, so its slopes and losses are the host's to the bit, whatever they are
    /// divided and multiplied by; also where a process has a part of a batch, and its images do not fit into a block's threads.
    @Test(arguments: losses) func onACard(_ loss: BinaryLoss) throws {
        for count in [1, 5, 300] {
            let logits: [Float] = (0..<count).map { Float($0 * 7919 % 1013) / 50 - 10 }
            // Every third is that of mixed images.
            let labels: [Float] = (0..<count).map { place in
                let mixed = Float(place % 17) / 17
                return place % 3 == 2 ? mixed : Float(place % 3)
            }
            var found: [(slopes: [Float], loss: Double)] = []
            for device: any Device in [CPUDevice(threads: 1), try EmulatedPlugin.card()] {
                let tensor = try device.tensor(logits, Shape(images: count, channels: 1))
                let made = try loss.slopes(tensor, labels, of: count + 3, batches: 3, scale: 1024, on: device)
                found.append((try device.read(made.slopes), try made.loss()))
            }
            #expect(found[0] == found[1], "\(count) images")
            let (mean, slopes) = loss.mean(logits, labels, of: count + 3)
            #expect(found[0].loss == mean && found[0].slopes == slopes.map { $0 / 3 * 1024 })
        }
    }

    /// Far out, where chances are 0 or 1 to the last digit, values and slopes are those of the limit.
    @Test(arguments: losses) func farOut(_ loss: BinaryLoss) {
        for logit in [-800.0, 800] {
            for label in [0.0, 1] {
                let (value, slope) = (loss.value(logit: logit, label: label), loss.slope(logit: logit, label: label))
                #expect(value.isFinite && value >= 0 && slope.isFinite, "\(logit), \(label): \(value), \(slope)")
            }
        }
        let focal = BinaryLoss(focal: .init(gamma: 0.5, alpha: nil))
        #expect(focal.value(logit: -800, label: 1) == 800 && focal.slope(logit: -800, label: 1) == -1)
        #expect(focal.value(logit: 800, label: 1) == 0 && focal.slope(logit: 800, label: 1) == 0)
    }
}

import MammoCompute
import MammoTrain
import Testing

/// torch.amp.GradScaler's rules.
@Suite struct GradScalerTests {
    @Test func overflowsHalveAndIntervalsDouble() {
        var scaler = GradScaler(scale: 8, growthInterval: 3)
        var scales: [Double] = []
        for overflowed in [false, false, true, false, false, false, false, true, true, false] {
            scaler.update(overflowed: overflowed)
            scales.append(scaler.scale)
        }
        // What torch.amp.GradScaler(init_scale=8, growth_interval=3) has after the same overflows.
        #expect(scales == [8, 8, 4, 4, 4, 8, 8, 4, 2, 2])
        // Its scale stays within single precision.
        var large = GradScaler(scale: 0x1p126, growthInterval: 1)
        let largest = [false, false, false, true, false].map { overflowed in
            large.update(overflowed: overflowed)
            return large.scale
        }
        #expect(largest == [0x1p127, 0x1p127, 0x1p127, 0x1p126, 0x1p127])
        #expect(GradScaler().scale == 65536 && GradScaler().growthInterval == 2000)
    }

    @Test func aScaleThatHasVanishedIsOfNoUse() {
        var scaler = GradScaler()
        for skipped in 0..<143 {
            #expect(scaler.isOfUse == (skipped <= 142), "after \(skipped)")
            scaler.update(overflowed: true)
        }
        #expect(!scaler.isOfUse)
    }
}

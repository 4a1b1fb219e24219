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
        #expect(GradScaler().scale == 65536 && GradScaler().growthInterval == 2000)
    }
}

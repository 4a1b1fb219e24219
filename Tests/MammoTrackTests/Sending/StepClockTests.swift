import Testing

@testable import MammoTrack

@Suite struct StepClockTests {
    @Test("Without a line of system.csv the last step ends with the run, to the millisecond")
    func lastEndsWithTheRun() {
        let steps = (1...20).map { (step: $0, seconds: 0.05) }
        // Ends at and beside half a millisecond: the sum of the times must not fall to the other side.
        for tenths in 0..<10_000 {
            let end = 1_796_039_652 + Double(tenths) / 10_000
            var clock = StepClock()
            clock.add(rest: steps, endingAt: end)
            guard clock.milliseconds(of: 20) == StepClock.milliseconds(end) else {
                Issue.record("an end at \(end) s is \(clock.milliseconds(of: 20) ?? -1) ms")
                return
            }
        }
    }

    @Test("Steps behind the last line follow it; those that it covers keep their times; a gap takes no time")
    func restFollowsTheLastLine() {
        var clock = StepClock()
        clock.add(time: 1000, step: 10, seconds: 5)
        clock.add(rest: [(9, 100), (11, 0.5), (13, 0.25)], endingAt: 9999)
        #expect(clock.milliseconds(of: 10) == 1_000_000)
        #expect(clock.milliseconds(of: 11) == 1_000_500)
        #expect(clock.milliseconds(of: 12) == nil)
        #expect(clock.milliseconds(of: 13) == 1_000_750)
    }
}

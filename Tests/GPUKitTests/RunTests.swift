import Foundation
import GPUKit
import TestSupport
import Testing

@Suite("The kit's run", .timeLimit(.minutes(10)))
struct RunTests {
    @Test("What a step does not need the later ones have; the whole ends in time")
    func schedule() {
        let schedule = Schedule([10, 20, 70])
        #expect(schedule.seconds(of: 0, left: 50) == 5)
        #expect(schedule.seconds(of: 1, left: 45) == 10 && schedule.seconds(of: 1, left: 90) == 20)
        #expect(schedule.seconds(of: 2, left: 35) == 35 && schedule.seconds(of: 2, left: -1) == 0)
    }

    @Test("The median of what is left when the first are left out")
    func median() {
        #expect(StepTimes.median([9, 1, 3, 2], warmUp: 1)?.seconds == 2)
        #expect(StepTimes.median([9, 1, 3, 2, 4], warmUp: 1)?.seconds == 2.5)
        #expect(StepTimes.median([9], warmUp: 1) == nil)
    }

    @Test("Images as often as they are needed, under other names, one patient held back")
    func images() throws {
        let folder = try TemporaryFolder()
        let set = try ImageSet(
            "\(folder.path)/many", of: "/nowhere", table: Fixtures.path("train.csv"), least: 40)
        #expect(set.training == 40)
        let lines = try String(contentsOfFile: set.table, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 1 + 4 + 40 && Set(lines).count == lines.count)
        let names = try FileManager.default.contentsOfDirectory(atPath: set.folder)
        #expect(
            names.count == 44 && names.contains("10006_1249812007.png") && names.contains("10011_9959482981001.png"))
        let folds = try String(contentsOfFile: set.folds, encoding: .utf8).split(separator: "\n")
        #expect(folds.count == 7 && folds.contains("10006,0") && folds.count { $0.hasSuffix(",1") } == 5)
    }
}

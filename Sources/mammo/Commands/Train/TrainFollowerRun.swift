import ArgumentParser
import MammoTrain

/// Trains in a process beside the first, and says nothing: the first speaks for all.
struct TrainFollowerRun {
    private let follower: TrainingFollower

    init(_ follower: TrainingFollower) { self.follower = follower }

    func start() throws -> ExitCode {
        let interrupt = Interrupt.listen {}
        return try follower.train(goesOn: { !interrupt.isRequested }) ? ExitStatus.allDone : ExitStatus.interrupted
    }
}

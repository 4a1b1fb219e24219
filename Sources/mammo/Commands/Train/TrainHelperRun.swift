import ArgumentParser
import MammoTrain

/// Trains in a process beside the first, and says nothing: the first speaks for all.
struct TrainHelperRun {
    private let helper: TrainingHelper

    init(_ helper: TrainingHelper) { self.helper = helper }

    func start() throws -> ExitCode {
        let interrupt = Interrupt.listen {}
        return try helper.train(goesOn: { !interrupt.isRequested }) ? ExitStatus.allDone : ExitStatus.interrupted
    }
}

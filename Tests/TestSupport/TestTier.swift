import Foundation
import Testing

extension Tag {
    /// Takes more than some seconds: trainings, many child processes, a plugin that is compiled first.
    @Tag package static var slow: Self
}

extension Trait where Self == ConditionTrait {
    /// Runs in `Scripts/test full` and wherever MAMMO_TEST_TIER is not `fast`. swift test selects by names alone, not by tags;
    /// what is passed over it reports as skipped, by name.
    package static var inFullTier: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["MAMMO_TEST_TIER"] != "fast",
            "slow; MAMMO_TEST_TIER is fast, and Scripts/test full runs it")
    }
}

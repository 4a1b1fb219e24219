import MammoData

/// How fewer parameters are frozen in later epochs: `3:120,6:0` freezes the first 120 of torchvision's named_parameters()
/// from the third epoch on and none from the sixth; `3:120@1e-5` gives a learning rate along.
///
/// Epochs are counted from 1, as everywhere. A learning rate takes the place of `lr` from that epoch until another one does:
/// the schedule continues from there, in proportion to it.
public struct UnfreezePlan: Equatable, Sendable, CodableAsText {
    /// What holds from an epoch on.
    public struct Phase: Equatable, Sendable {
        /// The first epoch, from 2.
        public var epoch: Int
        /// How many parameters are frozen.
        public var frozen: Int
        /// The learning rate; nil leaves that of before.
        public var lr: Double?
    }

    /// In rising order of epochs, each with fewer frozen than the one before.
    public private(set) var phases: [Phase] = []

    /// Nothing changes.
    public init() {}

    /// Reads a plan; nil for what is none, and where epochs do not rise or counts do not fall.
    ///
    /// - Parameter text: `EPOCH:COUNT` or `EPOCH:COUNT@RATE`, commas between; empty or "none" for no change.
    public init?(_ text: String) {
        guard !text.isEmpty && text != "none" else { return }
        var phases: [Phase] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let fields = part.split(separator: "@", omittingEmptySubsequences: false)
            let numbers = fields[0].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard fields.count <= 2, numbers.count == 2, let epoch = numbers[0], let frozen = numbers[1], epoch >= 2,
                frozen >= 0
            else { return nil }
            var phase = Phase(epoch: epoch, frozen: frozen)
            if fields.count == 2 {
                guard let lr = Double(fields[1]), lr > 0, lr <= 10 else { return nil }
                phase.lr = lr
            }
            if let last = phases.last {
                guard epoch > last.epoch, frozen < last.frozen else { return nil }
            }
            phases.append(phase)
        }
        self.phases = phases
    }

    /// As it is read.
    public var description: String {
        if phases.isEmpty { return "none" }
        return phases.map { phase in "\(phase.epoch):\(phase.frozen)" + (phase.lr.map { "@\($0)" } ?? "") }
            .joined(separator: ",")
    }
}

extension TrainingConfiguration {
    /// How many parameters are frozen in an epoch.
    ///
    /// - Parameter epoch: From 1.
    /// - Returns: The first so many of torchvision's named_parameters().
    public func frozen(inEpoch epoch: Int) -> Int {
        recipe(stepsPerEpoch: 1).freezing(epoch: epoch - 1).frozen
    }

    /// What the schedule's learning rates are multiplied by in an epoch: 1 until the unfreezing plan names another rate.
    ///
    /// - Parameter epoch: From 1.
    /// - Returns: The plan's rate over `lr`.
    public func rateFactor(inEpoch epoch: Int) -> Double {
        recipe(stepsPerEpoch: 1).freezing(epoch: epoch - 1).share
    }
}

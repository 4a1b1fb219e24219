/// A speed beside others of the same work, and beside what the card allows.
struct SpeedComparison {
    /// How many times as fast mammo is; nil for mammo itself, and where it was not timed.
    let ratio: Double?
    /// The images a second as a share of what bandwidth allows; nil for fp32, whose bytes are others.
    let share: Double?

    init(_ speed: Speed, among all: [Speed], _ roofline: Roofline?) {
        let isPeer = speed.program.hasPrefix("PyTorch")
        // bench-network's batch lies on the card, as the peers' does; mammo train reads its images too.
        let ours = all.filter { $0.isSameWork(as: speed) && !$0.program.hasPrefix("PyTorch") && $0.seconds != nil }
        let own = ours.last { $0.program == "bench-network" } ?? ours.first
        if isPeer, let theirs = speed.seconds, let seconds = own?.seconds, seconds > 0 {
            ratio = theirs / seconds
        } else {
            ratio = nil
        }
        let bytes = speed.work == .training ? roofline?.training_bytes : roofline?.inference_bytes
        let rate = roofline?.nominal_gigabytes_per_second ?? roofline?.measured_gigabytes_per_second
        if speed.type != "fp32", let bytes, let rate, rate > 0, let images = speed.imagesPerSecond {
            let scale = Double(speed.rows * speed.columns) / Double(2048 * 1024)
            share = images * bytes * scale / (rate * 1e9)
        } else {
            share = nil
        }
    }

    /// What is the same work stands together.
    static func sorted(_ speeds: [Speed]) -> [Speed] {
        var groups: [[Speed]] = []
        for speed in speeds {
            if let group = groups.firstIndex(where: { $0[0].isSameWork(as: speed) }) {
                groups[group].append(speed)
            } else {
                groups.append([speed])
            }
        }
        return groups.flatMap { $0 }
    }
}
